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
from nbgrader.preprocessors import Execute, GetGrades, SaveCells
from nbgrader.server_extensions.formgrader.base import BaseHandler
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

from bordercourse.grading import grades


def test_version() -> None:
    assert version("nbgrader").startswith("0.9.")


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        # grades._Staged calls the two halves of autograde by themselves
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
        # grades._Shared stands in for it
        (Gradebook, "close find_submission find_assignment find_notebook find_grade assignments"),
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


@pytest.mark.parametrize("module", grades._USERS_OF_GRADEBOOK)
def test_each_user_of_the_gradebook_names_it_so_that_it_can_be_shared(module: str) -> None:
    assert importlib.import_module(module).Gradebook is Gradebook


def test_no_other_step_of_grading_opens_a_gradebook_of_its_own() -> None:
    for chain in (Autograde.sanitize_preprocessors, Autograde.autograde_preprocessors):
        for step in chain.default_args[0] if chain.default_args else chain.default():
            module = importlib.import_module(step.__module__)
            if hasattr(module, "Gradebook"):
                assert step.__module__ in grades._USERS_OF_GRADEBOOK


def test_the_schema_is_checked_through_one_function() -> None:
    assert "jsonschema.validate(cell.metadata['nbgrader'], self.schema)" in inspect.getsource(
        common.BaseMetadataValidator.validate_cell
    )
    assert MetadataValidator().schema["properties"]["schema_version"]["minimum"] == 3


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
