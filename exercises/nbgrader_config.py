"""Settings of the course for nbgrader. `bordercourse start` copies this file beside its gradebook."""

from bordercourse.course.progress import MEMO_STUB
from bordercourse.grading.preprocessor import AUTOGRADE, SANITIZE

c = get_config()  # noqa: F821 - traitlets provides it

c.CourseDirectory.course_id = "bordercourse"

# A blank is the line above the solution (`name = ...`), which stays; the solution leaves no trace.
c.ClearSolutions.code_stub = {"python": ""}
c.ClearSolutions.text_stub = MEMO_STUB

# Participants' cells run shut in, and a clean process marks their answers: see src/bordercourse/grading.
c.Autograde.sanitize_preprocessors = SANITIZE
c.Autograde.autograde_preprocessors = AUTOGRADE

# Feedback pages open offline, show no hidden test, and read aloud well.
c.GenerateFeedback.exporter_class = "bordercourse.grading.record.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["bordercourse.grading.record.feedback.GetMarks"]

# Through the exchange to those who handed in there; check-before not while check-after is open.
c.ExchangeFactory.release_feedback = "bordercourse.grading.record.exchange.ReleaseFeedback"

# Wall time for one cell; a busy machine fails nobody.
c.Execute.timeout = 120
