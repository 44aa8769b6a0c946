"""What grading uses inside nbgrader, nbclient and nbconvert, each named with what depends on it.

nbgrader is pinned below 0.10. A change of one of these is a change of ours.
"""

from __future__ import annotations

import importlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from nbclient.client import NotebookClient
from nbconvert.exporters import Exporter
from nbformat.v4 import new_code_cell, new_output
from nbgrader import api, utils
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde, BaseConverter, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseFeedback, ExchangeSubmit
from nbgrader.nbgraderformat import MetadataValidator, common
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    GetGrades,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)
from nbgrader.server_extensions.formgrader.base import BaseHandler
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

from bordercourse.grading.record import steps


def test_version() -> None:
    assert version("nbgrader").startswith("0.9.")


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        # record.steps.StagedAutograde calls the two halves of autograde by themselves
        (Autograde, "init_assignment set_permissions write_single_notebook init_single_notebook_resources"),
        (Autograde, "_init_preprocessors _input_directory _output_directory _sanitizing"),
        (Autograde, "sanitize_preprocessors autograde_preprocessors"),
        (BaseConverter, "exporter_class _format_source _format_dest run_pre_convert_hook force notebooks"),
        (CourseDirectory, "root db_url course_id format_path student_id_exclude assignment_id student_id"),
        (CourseDirectory, "source_directory release_directory submitted_directory autograded_directory"),
        (GenerateFeedback, "exporter_class preprocessors"),
        # feedback.GetMarks adds to it
        (GetGrades, "_get_score _get_comment"),
        # exchange.ReleaseFeedback gives back one participant after the other
        (ExchangeReleaseFeedback, "init_src init_dest copy_files start fail"),
        # the instructor's pages stand on nbgrader's extension and gradebook
        (FormgradeExtension, "init_tornado_settings init_handlers load_config url_prefix debug"),
        (BaseHandler, "coursedir db_url url_prefix api base_url"),
        (Gradebook, "find_submission_notebook_by_id find_grade_by_id find_comment_by_id find_source_cell"),
        (Gradebook, "assignment_submissions students update_or_create_student"),
        (NbGraderAPI, "unrelease collect"),
        (AssignLatePenalties, "init_plugin _check_late_penalty"),
        (OverwriteCells, "add_missing_cells add_missing_grade_cells add_missing_task_cells"),
        # record.run_gradebook holds its commits back, and keeps what a run asks for again
        (Gradebook, "close find_submission find_assignment find_notebook find_grade assignments"),
        (Gradebook, "find_comment find_graded_cell find_submission_notebook"),
        (api, "get_alembic_version MissingEntry"),
        (MetadataValidator, "upgrade_notebook_metadata"),
        # release and rehearse play nbgrader's own loop
        (GenerateAssignment, "start no_database preprocessors"),
        (NbGraderAPI, "generate_assignment release_assignment collect autograde generate_feedback"),
        (ExchangeSubmit, "start"),
        # sitting._Sitting runs cells one by one
        (NotebookClient, "async_start_new_kernel async_start_new_kernel_client async_execute_cell"),
        (NotebookClient, "async_wait_for_reply _async_cleanup_kernel process_message on_cell_executed"),
        (Execute, "on_cell_executed"),
        (Exporter, "from_notebook_node register_preprocessor optimistic_validation"),
        (common, "jsonschema"),
        (utils, "is_grade is_solution is_task parse_utc determine_grade"),
    ],
)
def test_there(owner: Any, names: str) -> None:
    for name in names.split():
        assert hasattr(owner, name), name


@pytest.mark.parametrize(
    ("step", "does"),
    [
        # record.steps takes these apart: what they do around the cells is written there once more
        (
            OverwriteKernelspec,
            "with Gradebook(db_url) as gb: kernelspec = gb.find_notebook(notebook_id, assignment_id)",
        ),
        (
            OverwriteCells,
            "with self.gradebook: nb, resources = super(OverwriteCells, self).preprocess(nb, resources)",
        ),
        (
            SaveAutoGrades,
            "with self.gradebook: # process the cells nb, resources = super(SaveAutoGrades, self)",
        ),
        (
            AssignLatePenalties,
            "notebook.late_submission_penalty = None if assignment.total_seconds_late > 0:",
        ),
        (CheckCellMetadata, "MetadataValidator().validate_nb(nb)"),
    ],
)
def test_what_a_step_does_around_the_cells_is_what_we_do_in_its_place(step: type, does: str) -> None:
    assert does in " ".join(inspect.getsource(step.preprocess).split())  # type: ignore[attr-defined]
    assert issubclass(steps._OURS[step], step)


def test_no_other_step_of_grading_opens_a_gradebook_of_its_own() -> None:
    for chain in (Autograde.sanitize_preprocessors, Autograde.autograde_preprocessors):
        for step in chain.default_args[0] if chain.default_args else chain.default():
            module = importlib.import_module(step.__module__)
            assert not hasattr(module, "Gradebook") or step in steps._OURS


def test_the_hand_in_is_recorded_in_the_order_that_ours_follows() -> None:
    source = inspect.getsource(Autograde.init_assignment)
    order = [
        *("super(Autograde, self).init_assignment", "update_or_create_student", "find_assignment"),
        *("get_existing_timestamp", "update_or_create_submission", "exclude_overwriting", "shutil.copy"),
        *("Skipping unknown notebook", "No submitted file"),
    ]
    places = [source.index(part) for part in order]
    assert places == sorted(places)


def test_a_cells_marks_are_checked_as_nbgrader_checks_them() -> None:
    assert "jsonschema.validate(cell.metadata['nbgrader'], self.schema)" in inspect.getsource(
        common.BaseMetadataValidator.validate_cell
    )
    right = {
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 3,
        "grade_id": "q",
        "schema_version": 3,
    }
    wrong = [
        {**right, "schema_version": 1},
        {**right, "schema_version": 9},
        {**right, "points": -1},
        {**right, "grade_id": "a b"},
        {key: value for key, value in right.items() if key != "locked"},
    ]
    for validator in (MetadataValidator(), steps._Validator()):
        validator.validate_cell(new_code_cell("", metadata={"nbgrader": {**right, "task": False}}))
        validator.validate_cell(new_code_cell(""))
    for marks in wrong:
        cell = new_code_cell("", metadata={"nbgrader": marks})
        raised = []
        for validator in (MetadataValidator(), steps._Validator()):
            with pytest.raises(Exception, match=".") as error:
                validator.validate_cell(cell)
            raised.append(type(error.value))
        assert raised[0] is raised[1]


def test_hidden_cells_are_saved_by_one_step_that_a_release_without_gradebook_leaves_out() -> None:
    assert SaveCells in GenerateAssignment.preprocessors.default()


def test_a_score_is_read_from_the_first_result_and_silence_is_full_marks() -> None:
    """So every lost question needs an error in its outputs."""
    marks = {"grade": True, "solution": False, "locked": True, "points": 3, "grade_id": "q"}
    cell = new_code_cell("", metadata={"nbgrader": marks})
    assert utils.determine_grade(cell)[0] == 3
    cell.outputs = [new_output("execute_result", {"text/plain": "1.5"})]
    assert utils.determine_grade(cell)[0] == 1.5
    cell.outputs = [new_output("stream", name="stderr", text="a warning")]
    assert utils.determine_grade(cell)[0] == 0
    cell.outputs = [new_output("error", ename="E", evalue="", traceback=[])]
    assert utils.determine_grade(cell)[0] == 0


def test_the_exchange_finds_the_feedback_of_one_folder() -> None:
    """exchange.ReleaseFeedback sets this path for each participant who handed in there."""
    assert 'glob.glob(os.path.join(self.src_path, "*.html"))' in inspect.getsource(
        ExchangeReleaseFeedback.copy_files
    )


def test_jupyterlabs_page_holds_its_own_script_as_it_is() -> None:
    """desk.settings names it by its hash; a value put into it by the server would change that."""
    from jupyterlab.commands import get_app_dir

    index = (Path(get_app_dir()) / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    assert scripts
    assert not any("{{" in script or "{%" in script for script in scripts)
