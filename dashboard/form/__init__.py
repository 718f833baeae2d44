"""The form to code an encounter; its page is `page_form`.

In the order in which they use one another:

- `steps`: what is asked, list by list, and what each field is called;
- `fields`: a statement of a case file as the fields of the form, and back;
- `drafts`: what was typed and not saved yet, from a file or anew, and where it is kept;
- `rewriting`: a file with a few values changed, the rest as it stands;
- `coding`: the case that a draft tells, and what is wrong with it, field by field;
- `entries`: names that are typed, and the registers that a case needs;
- `desk`: all of it for one run of the page, with what the project and its graph know;
- `widgets`: the fields as Streamlit draws them;
- `files`: a case or a draft opened, the file saved.

All but the last three are pure, but for the files that they write.
"""
