"""Ink inside other files, and ink with slips."""

import base64
import quopri
import time

import pytest

from digitvision.ink.inkml import InkFault
from tests.ink.foreign.files import NAMESPACE, ink, positions, read

ONE = ink("<trace>1 2, 3 4</trace>")
POSITIONS = [[[1, 2], [3, 4]]]


@pytest.mark.parametrize(
    "document_type",
    [
        "<!DOCTYPE ink>",
        '<!DOCTYPE ink SYSTEM "http://127.0.0.1:9/ink.dtd">',
        '<!DOCTYPE ink PUBLIC "-//W3C//DTD InkML 1.0//EN" "ink.dtd">',
        "<!DOCTYPE ink [<!ELEMENT trace (#PCDATA)><!ATTLIST trace type CDATA #IMPLIED>]>",
    ],
)
def test_a_document_type_without_entities_is_read(document_type: str) -> None:
    assert positions(f'<?xml version="1.0"?>{document_type}{ONE}') == POSITIONS


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE ink [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;]>',
        '<!DOCTYPE ink [<!ENTITY a "1 2">]>',
        '<!DOCTYPE ink [<!ATTLIST trace type CDATA "penUp">]>',
    ],
)
def test_entities_and_values_from_a_document_type_are_refused(document_type: str) -> None:
    with pytest.raises(InkFault, match=r"“a.inkml” .*document type"):
        read(document_type + ONE)


@pytest.mark.parametrize(
    "content",
    [
        f"<page><note>hello</note><body>{ONE}</body></page>",
        f'<p:page xmlns:p="urn:p"><i:ink xmlns:i="{NAMESPACE}"><i:trace>1 2, 3 4</i:trace></i:ink></p:page>',
        f'<a:actions xmlns:a="urn:a"><a:action type="add"><a:actionData>{ONE}</a:actionData></a:action></a:actions>',
        (
            f'<a:actions xmlns:a="urn:inkAction" xmlns:i="{NAMESPACE}"><i:definitions><i:context xml:id="c">'
            '<i:traceFormat><i:channel name="Y"/><i:channel name="X"/></i:traceFormat></i:context></i:definitions>'
            '<a:action type="add"><a:actionData xml:id="d0"><i:trace contextRef="#c">2 1, 4 3</i:trace></a:actionData>'
            '</a:action><a:action type="add"><a:actionData xml:id="d1"><i:trace contextRef="#c">9 9</i:trace>'
            '</a:actionData></a:action><a:action type="remove"><a:actionData ref="#d1"/></a:action></a:actions>'
        ),
    ],
)
def test_ink_inside_other_xml_is_read(content: str) -> None:
    assert positions(content) == POSITIONS


def test_all_ink_elements_of_a_file_are_read() -> None:
    assert positions(f"<pages>{ONE}{ONE}</pages>") == POSITIONS * 2


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("coding", ["", "base64", "quoted-printable"])
@pytest.mark.parametrize("head", ["", 'MIME-Version: 1.0\nContent-Type: multipart/related;\n boundary="b=1"\n\n'])
def test_a_part_of_a_multipart_file_is_read(end: str, coding: str, head: str) -> None:
    body = f'<?xml version="1.0"?>{ONE}'.encode()
    if coding:
        body = base64.encodebytes(body) if coding == "base64" else quopri.encodestring(body)
    part = "Content-Type: application/inkml+xml\n" + (f"Content-Transfer-Encoding: {coding}\n" if coding else "")
    content = f"{head}--b=1\nContent-Type: text/html\n\n<html><p></html>\n--b=1\n{part}\n{body.decode()}\n--b=1--\n"

    assert positions(content.replace("\n", end)) == POSITIONS


def test_several_parts_with_ink_are_read_in_their_order() -> None:
    part = "--b\n\n" + '<?xml version="1.0"?>{}' + "\n"
    other = ink("<trace>5 6</trace>")

    assert positions(part.format(ONE) + part.format(other) + "--b--") == [*POSITIONS, [[5, 6]]]


@pytest.mark.parametrize("text", ["$ a < b $", "$a<b$", "1 & 2 &amp; 3", "<", "a<b>c</b", "&nosuch;"])
@pytest.mark.parametrize("prefix", ["", "i:"])
def test_signs_that_stand_bare_in_annotations_do_no_harm(text: str, prefix: str) -> None:
    note = f'<{prefix}annotation type="truth">{text}</{prefix}annotation>'
    content = f'<i:ink xmlns:i="{NAMESPACE}" xmlns="{NAMESPACE}">{note}<trace>1 2, 3 4</trace>{note}</i:ink>'

    assert positions(content) == POSITIONS


@pytest.mark.parametrize("samples", ["1,2 3,4", "1,2\n3,4", " 1, 2 3, 4 ", "1,2,7 3,4,8", "1,2,7,9\n3,4,8,9"])
def test_commas_may_separate_values_and_spaces_samples(samples: str) -> None:
    assert positions(f"<ink><trace>{samples}</trace></ink>") == POSITIONS


def test_one_sample_may_have_a_comma() -> None:
    assert positions("<ink><trace>1,2</trace></ink>") == [[[1, 2]]]


@pytest.mark.parametrize(
    "data",
    [
        b"--a\n" * 3_000_000,
        b"--a\n\n<ink>" + b"\n--a\n\n<ink>" * 200_000,
        b"<ink>" + b"<annotation>" * 1_000_000,
        b"<ink><annotation>a<b</annotation>" * 300_000,
        b"A:b\n" * 3_000_000,
        b"<x>" * 1_000_000,
    ],
    ids=["boundaries", "parts", "open annotations", "annotations", "headers", "elements"],
)
@pytest.mark.slow
def test_hostile_containers_are_refused_quickly(data: bytes) -> None:
    began = time.process_time()

    with pytest.raises(InkFault):
        read(data)

    assert time.process_time() - began < 10


SLIPS = {
    "blanks before the declaration": '\n <?xml version="1.0"?>' + ONE,
    "zeros at the end": ONE.encode() + b"\0\0",
    "a sign that XML does not know": ONE.replace("<trace", "<annotation>a\x0bb</annotation><trace", 1),
    "bare signs in a value": ONE.replace("<trace", '<annotation type="a<b &amp; c">x</annotation><trace', 1),
    "a bare & in a value": ONE.replace("<trace", '<annotation type="a&b">x</annotation><trace', 1),
    "a bare < in an annotation of XML": ONE.replace("<trace", "<annotationXML><m> < </m></annotationXML><trace", 1),
    "an entity of web pages in a value": ONE.replace("<trace", '<annotation type="a&nbsp;b">x</annotation><trace', 1),
    "a prefix that nothing declares": ONE.replace("<trace", "<msink:note/><trace", 1),
    "the prefix of ink that nothing declares": "<inkml:ink><inkml:trace>1 2, 3 4</inkml:trace></inkml:ink>",
    "UTF-16 that calls itself UTF-8": ('<?xml version="1.0" encoding="utf-8"?>' + ONE).encode("utf-16"),
    "UTF-16 without a mark": ONE.encode("utf-16-le"),
    "UTF-16 with a bare sign": ONE.replace("<trace", "<annotation>a < b</annotation><trace", 1).encode("utf-16"),
    "western letters without a declaration": ONE.replace("<trace", "<annotation>é</annotation><trace", 1).encode(
        "cp1252"
    ),
}


@pytest.mark.parametrize("content", SLIPS.values(), ids=SLIPS)
def test_slips_that_do_not_concern_the_ink_are_mended(content: str | bytes) -> None:
    assert positions(content) == POSITIONS


def test_letters_of_any_coding_are_kept() -> None:
    noted = ONE.replace("<trace", "<annotation>é < 5</annotation><trace", 1)

    for coding in ("utf-8", "utf-16", "cp1252"):
        assert "é &lt; 5" in read(noted.encode(coding)).settings.foreign.kept


def test_parts_may_be_office_actions_in_another_coding_and_come_from_a_mail_folder() -> None:
    actions = '<actions xmlns:i="http://www.w3.org/2003/InkML"><i:trace>0 0, 1 1</i:trace></actions>'
    for content in (actions, actions.replace("<actions", '<?xml version="1.0" encoding="UTF-16"?><actions', 1)):
        coding = "utf-16" if content != actions else "utf-8"
        part = base64.encodebytes(content.encode(coding))
        mail = (
            b'From a@b Tue\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nHello\n--b\n'
            b"Content-Transfer-Encoding: base64\n\n" + part + b"\n--b--\n"
        )
        assert positions(mail) == [[[0, 0], [1, 1]]]


@pytest.mark.parametrize(
    "data",
    [
        b"<ink><a>&b" + b"<annotation>x</annotation>" * 20_000,
        b"<ink><a>& " + b"x='" * 100_000,
        b"<ink><a>& " + b'a="b' * 100_000,
        b"<ink><a>& " + b"<" * 300_000,
        b'<?xml version="1.0" encoding="punycode"?><ink>' + b"a" * 100_000,
    ],
)
def test_slips_without_end_are_refused_quickly(data: bytes) -> None:
    before = time.process_time()
    with pytest.raises(InkFault):
        read(data)

    assert time.process_time() - before < 3
