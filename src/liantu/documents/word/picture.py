"""A chart in the Word file: vector (SVG) for Word that knows it, a picture for others."""

from __future__ import annotations

from io import BytesIO

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from liantu.documents.chart import Drawn
from liantu.documents.word.markup import Element, node
from liantu.documents.word.text import paragraph

EMU_PER_MM = 36000

_DRAWING = """<w:drawing
  xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
  xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
  xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"
  xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main">
 <wp:inline distT="0" distB="0" distL="0" distR="0">
  <wp:extent cx="{cx}" cy="{cy}"/>
  <wp:docPr id="{number}" name="{name}"/>
  <a:graphic>
   <a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">
    <pic:pic>
     <pic:nvPicPr><pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>
     <pic:blipFill>
      <a:blip r:embed="{png}">
       <a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">
        <asvg:svgBlip r:embed="{svg}"/>
       </a:ext></a:extLst>
      </a:blip>
      <a:stretch><a:fillRect/></a:stretch>
     </pic:blipFill>
     <pic:spPr>
      <a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>
      <a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
     </pic:spPr>
    </pic:pic>
   </a:graphicData>
  </a:graphic>
 </wp:inline>
</w:drawing>"""


def picture(document: Document, drawn: Drawn, number: int, alt: str) -> Element:
    """A centred paragraph holding the chart, with its words for who cannot see it."""
    png, _ = document.part.get_or_add_image(BytesIO(drawn.png))
    name = PackURI(f"/word/media/chart{number}.svg")
    svg_part = Part(name, "image/svg+xml", drawn.svg, document.part.package)
    svg = document.part.relate_to(svg_part, RELATIONSHIP_TYPE.IMAGE)
    drawing = parse_xml(
        _DRAWING.format(
            cx=round(drawn.width_mm * EMU_PER_MM),
            cy=round(drawn.height_mm * EMU_PER_MM),
            number=number,
            name=f"chart{number}",
            png=png,
            svg=svg,
        )
    )
    drawing.find(f".//{qn('wp:docPr')}").set("descr", alt)
    line = node("w:spacing", before=60, after=60, line=240, lineRule="auto")
    properties = [
        node("w:keepNext"),
        node("w:snapToGrid", val=0),
        line,
        node("w:jc", val="center"),
    ]
    return paragraph("Normal", node("w:r", drawing), properties=properties)
