"""The dashboard's first script, run by `python -m streamlit run`; see `visavis dashboard`.

Every page is a module `page_<name>` with a function `page`, imported when it is first opened.
"""

from __future__ import annotations

import os

import streamlit as st

from visavis.dashboard import common

__all__: list[str] = []


def main() -> None:
    """Set the frame, find the page of this address, and show it."""
    st.set_page_config(page_title="vis-à-vis", page_icon=common.ICON, layout="wide")
    common.style()
    if os.environ.get("VISAVIS_DASHBOARD_SIGN_IN") == "1" and not st.user.get("is_logged_in"):
        st.title("Sign in", anchor=False)
        st.write("This dashboard is for those who were given an account.")
        st.button("Sign in", on_click=st.login, type="primary")
        return
    chosen = st.navigation(common.pages(), position="top")
    chosen.run()
    common.withheld()


if __name__ == "__main__":
    main()
