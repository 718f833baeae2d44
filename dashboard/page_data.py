"""Data: bring a file into the project; its faults, what it would change, then the ingest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from visavis.dashboard import common, uploads
from visavis.dashboard.uploads import Check
from visavis.graph.write import stored_documents
from visavis.ingest.run import Report, ingest
from visavis.schema.errors import DataError, Fault

__all__ = ["fault_rows", "ingested", "page", "show_faults"]

SHOWN = 400
_DONE = "_data_done"


def page() -> None:
    """Upload and check a file, ingest it; what the graph was made from."""
    st.title("Data")
    common.sentence(
        "Bring a case (.yaml), a workbook (.xlsx), a register, an archive volume (.xml) or a "
        "bibliography (.bib, .ris, ...). It is "
        "checked first, and you see what it would add, change and remove; nothing is written "
        "before you say so."
    )
    told = st.session_state.pop(_DONE, None)
    if told:
        _report(*told)
    brought = st.file_uploader(
        "A file to bring in",
        type=[ending.lstrip(".") for ending in uploads.ENDINGS],
        max_upload_size=uploads.LARGEST // 1_000_000,
        key=f"upload {st.session_state.get('_uploads', 0)}",
        help=f"at most {uploads.LARGEST // 1_000_000} MB; it is copied into the project's folder",
    )
    if brought is not None:
        try:
            _brought(brought.name, brought.getvalue())
        except DataError as error:
            show_faults(error.faults)
    _documents()


def _brought(name: str, raw: bytes) -> None:
    place = uploads.place_for(name)
    root = common.root()
    there = (root / place).exists()
    digest = hashlib.sha256(raw).hexdigest()
    made = _checked(common.graph().address, common.revision(), str(root), place, digest, raw)
    st.header(common.plain(place))
    st.html(f"<p class='vv-lead' role='status'>{common.html_text(uploads.summary(made))}</p>")
    if made.faults:
        show_faults(made.faults)
    if made.changes:
        _changes(made)
    elif made.kinds and not made.errors:
        told = "; ".join(f"{label} ({n:,})" for label, n in uploads.by_kind(made.kinds)[:12])
        st.html(f"<p class='vv-note'>{common.html_text(told)}</p>")
    if made.errors:
        st.html(
            "<p class='vv-note'>Mend these lines in your file and bring it again: a file with "
            "faults is left out whole.</p>"
        )
        return
    replace = True
    if there:
        same = (root / place).read_bytes() == raw
        if same:
            st.info("The project has this very file already.")
        else:
            replace = st.checkbox(common.plain(f"{place} is there already: replace it"))
    if st.button("Save and ingest", type="primary", disabled=not replace):
        path = uploads.save(root, place, raw, overwrite=there and replace)
        ingested([path])
        st.session_state["_uploads"] = st.session_state.get("_uploads", 0) + 1
        st.rerun()


@st.cache_resource(max_entries=4, show_spinner="Checking the file")
def _checked(address: str, revision: int, root: str, place: str, digest: str, _raw: bytes) -> Check:
    return uploads.check(common.graph(), Path(root), place, _raw)


def ingested(paths: Sequence[Path]) -> Report:
    """Ingest files (the whole project where none are named) with a bar; the report is shown after
    the next run of the script. BusyError where another ingest goes on."""
    bar = st.progress(0.0, text="Reading")

    def progress(done: int, total: int, name: str) -> None:
        bar.progress(done / max(total, 1), text=common.plain(f"{done} of {total}: {name}"))

    report = ingest(common.graph(), common.root(), list(paths), wait=5.0, progress=progress)
    bar.empty()
    st.session_state[_DONE] = (report,)
    return report


def _report(report: Report) -> None:
    """What an ingest did."""
    parts = [
        f"{len(some):,} {word}"
        for some, word in (
            (report.added, "added"),
            (report.changed, "changed"),
            (report.removed, "removed"),
            (report.unchanged, "unchanged"),
            (report.faulty, "left out with faults"),
        )
        if some
    ]
    w = report.written
    text = f"Ingested: documents {', '.join(parts) or 'none'}. " + (
        f"Claims +{w.claims_added:,} −{w.claims_removed:,}, nodes +{w.nodes_added:,} "
        f"−{w.nodes_removed:,}, edges +{w.edges_added:,} −{w.edges_removed:,}."
        if w
        else "The graph already agreed with them."
    )
    if report.joined:
        text += (
            f" {len(report.joined):,} persons of several volumes were joined by judgements.yaml; "
            "visavis undo takes it back."
        )
    (st.warning if report.faulty else st.success)(common.plain(text))
    if report.faults:
        show_faults(report.faults)
    with st.container(horizontal=True):
        for name in [*report.added, *report.changed][:6]:
            key = _meeting_of(name)
            if key:
                common.link("encounter", f"See {key}", meeting=key)


def _meeting_of(document: str) -> str:
    """The key of the first encounter that a document tells of."""
    found = common.rows(
        "MATCH (d:Document {path: $path})-[:ASSERTS]->(c:Claim) "
        "WHERE c.subject STARTS WITH 'meeting/' RETURN c.subject AS id ORDER BY id LIMIT 1",
        path=document,
    )
    return str(found[0]["id"]).partition("/")[2] if found else ""


# -- faults and changes ---------------------------------------------------------------------------


def fault_rows(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Faults as rows: errors first, then by file and line."""
    ordered = sorted(faults, key=lambda f: (f.severity != "error", f.file, f.line or 0))
    return [
        {
            "line": fault.line,
            "what": "keeps it out" if fault.severity == "error" else "worth a look",
            "record": fault.record,
            "message": fault.message,
            "advice": fault.advice,
            "file": fault.file,
        }
        for fault in ordered
    ]


def show_faults(faults: Sequence[Fault]) -> None:
    """Faults as a plain table that can be copied, with line numbers."""
    text = common.html_text
    rows = fault_rows(faults)[:SHOWN]
    files = {row["file"] for row in rows}
    body = "".join(
        "<tr>"
        + (f"<td>{text(row['file'])}</td>" if len(files) > 1 else "")
        + f"<td>{row['line'] or ''}</td><td>{text(row['record'])}</td>"
        f"<td>{text(row['message'])}</td><td>{text(row['advice'])}</td><td>{row['what']}</td></tr>"
        for row in rows
    )
    head = "<th>File</th>" if len(files) > 1 else ""
    st.html(
        "<div style='overflow-x:auto'><table class='vv-table'><thead><tr>"
        f"{head}<th>Line</th><th>Where</th><th>What is wrong</th><th>What to do</th><th></th>"
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )
    if len(faults) > SHOWN:
        st.html(f"<p class='vv-note'>and {len(faults) - SHOWN:,} more</p>")


def _changes(made: Check) -> None:
    if len(made.documents) > 1:
        states = list(made.documents.values())
        told = ", ".join(
            f"{states.count(s):,} {s}" for s in ("new", "changed", "unchanged", "gone")
            if s in states
        )  # fmt: skip
        st.html(f"<p class='vv-note'>{len(states):,} documents: {told}</p>")
    shown = made.changes[:SHOWN]
    rows = [
        {
            "what": change.what,
            "statement": common.with_names(change.statement),
            "before": common.with_names(change.before),
        }
        for change in shown
    ]
    columns = {"what": "It", "statement": "Statement"}
    if any(row["before"] for row in rows):
        columns["before"] = "Until now"
    with st.expander(f"What it would do: {len(made.changes):,} statements", expanded=True):
        common.table(rows, columns, alt="Statements that the file adds, changes or removes")
        if len(made.changes) > SHOWN:
            st.html(f"<p class='vv-note'>and {len(made.changes) - SHOWN:,} more</p>")


# -- what is there --------------------------------------------------------------------------------


@st.cache_resource(max_entries=2, show_spinner=False)
def _stored(address: str, revision: int) -> list[dict[str, Any]]:
    found = stored_documents(common.graph())
    return [
        {
            "path": path,
            "kind": told.kind,
            "claims": told.claims,
            "withheld": len(told.withheld),
        }
        for path, told in found.items()
    ]


def _documents() -> None:
    rows = _stored(common.graph().address, common.revision())
    st.header("What the graph is made from")
    if not rows:
        st.html(
            "<p>No document yet. Bring a file above, code an encounter by the form, or run "
            "<code>visavis demo</code> for the shipped cases.</p>"
        )
    else:
        own = [row for row in rows if not str(row["path"]).startswith(("shipped/", "visavis/"))]
        claims = sum(row["claims"] for row in rows)
        st.html(
            f"<p>{len(rows):,} documents with {claims:,} claims, {len(own):,} of them your own.</p>"
        )
        common.table(
            rows[:2000],
            {"path": "Document", "kind": "Kind", "claims": "Claims", "withheld": "Withdrawn there"},
            height=320,
            alt="Documents in the graph",
        )
    if st.button(
        "Ingest the whole project",
        help="makes the graph agree with every file of the project's folder",
    ):
        ingested([])
        st.rerun()
