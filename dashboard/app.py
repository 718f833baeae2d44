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
    signing = os.environ.get("VISAVIS_DASHBOARD_SIGN_IN") == "1"
    if signing and not st.user.get("is_logged_in"):
        st.title("Sign in", anchor=False)
        st.write("This dashboard is for those who were given an account.")
        st.button("Sign in", on_click=st.login, type="primary")
        return
    pages = common.pages()
    # On a telephone Streamlit folds the bar of pages into a list that screen readers cannot follow.
    narrow = common.narrow()
    chosen = st.navigation(pages, position="hidden" if narrow else "top")
    if narrow:
        with st.popover("Pages"):
            for section, some in pages.items():
                st.markdown(f"**{section}**")
                for page in some:
                    st.page_link(page)
    chosen.run()
    common.withheld()
    if signing:
        with st.container(horizontal=True, vertical_alignment="center"):
            common.note(
                f"Signed in as {st.user.get('name') or st.user.get('email') or 'a reader'}."
            )
            st.button("Sign out", on_click=st.logout, type="tertiary")


if __name__ == "__main__":
    main()
