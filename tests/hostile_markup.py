"""Markup that a hand-in could hold to run a script or to load something, by the way it tries.

A page that fails shows it: each script calls the address below or sets a mark on the window, and each
thing that loads asks the address. The browser tests watch for both.
"""

# ruff: noqa: E501 - one trick, one line
from __future__ import annotations

FOREIGN = "http://loaded.example"
RUN = "window.top.ran = 1, window.ran = 1, fetch('/api/kernels', {method: 'POST'})"

HTML = {
    "script": f"<script>{RUN}</script>",
    "script-src": f"<script src='{FOREIGN}/a.js'></script>",
    "onerror": f'<img src="x" onerror="{RUN}">',
    "onload": f'<svg onload="{RUN}"></svg>',
    "srcdoc": f"<iframe srcdoc='<script>{RUN.replace(chr(39), '&quot;')}</script>'></iframe>",
    "iframe": f"<iframe src='{FOREIGN}/b'></iframe><embed src='{FOREIGN}/c'><object data='{FOREIGN}/d'></object>",
    "refresh": f"<meta http-equiv='refresh' content='0; url={FOREIGN}/e'>",
    "link": f"<link rel='stylesheet' href='{FOREIGN}/f.css'><link rel='prefetch' href='{FOREIGN}/g'>",
    "base": f"<base href='{FOREIGN}/'><img src='h.png'>",
    "picture": f"<img src='{FOREIGN}/i.png' srcset='{FOREIGN}/j.png 2x'>",
    "list-style": f"<ul style='list-style: url({FOREIGN}/k.png)'><li>k</li></ul>",
    "background": f"<p style='background: \\75 rl({FOREIGN}/l.png)'>l</p><table background='{FOREIGN}/m.png'></table>",
    "style": f"<style>@import '{FOREIGN}/n.css'; p {{background: url({FOREIGN}/o.png)}}</style>",
    "image-set": f"<p style='background-image: image-set(\"{FOREIGN}/p.png\" 1x); color: red'>p</p>",
    "svg-script": f"<svg><script>{RUN}</script><image href='{FOREIGN}/q.png'/></svg>",
    "svg-use": f"<svg><use href='{FOREIGN}/r.svg#a'/><foreignObject><img src=x onerror=\"{RUN}\"></foreignObject></svg>",
    "mutation": f'<math><mtext><table><mglyph><style><img src=x onerror="{RUN}"></style></mglyph></table></mtext></math>',
    "noscript": f'<noscript><p title="</noscript><img src=x onerror=&quot;{RUN}&quot;>"></p></noscript>',
    "attribute": f"<img alt='a><script>{RUN.replace(chr(39), chr(34))}</script>'>",
    "comment": f'<!--><img src=x onerror="{RUN}">--><![CDATA[<img src=x onerror="{RUN}">]]>',
    "form": f"<form action='{FOREIGN}/s'><input autofocus onfocus=\"{RUN}\"><button formaction='javascript:1'>t</button></form>",
    "video": f"<video src='{FOREIGN}/u' poster='{FOREIGN}/v' onerror=\"{RUN}\"></video><audio src='{FOREIGN}/w'></audio>",
    "details": f'<details open ontoggle="{RUN}"><summary>x</summary></details>',
    "animation": f'<style>@keyframes x{{}}</style><p style="animation-name: x" onanimationstart="{RUN}">x</p>',
    "link-script": f"<a id='score' name='base_url' class='score' href=\"java&#10;script:{RUN}\">click</a>",
    "cover": "<p style='position: fixed; top: 0; left: 0; width: 9999px; height: 9999px; margin: -900px'>x</p>",
    "template": f'<template><img src=x onerror="{RUN}"></template><xmp><img src=x onerror="{RUN}"></xmp>',
    "plaintext": f'<plaintext><img src=x onerror="{RUN}">',
}

MARKDOWN = {
    "picture": f"![map]({FOREIGN}/aa.png) and ![map][1]\n\n[1]: {FOREIGN}/ab.png",
    "link": f"[click](javascript:{RUN.replace(' ', '')}) <javascript:alert(1)> [d](data:text/html,<script>1</script>)",
    "fence": f"```mermaid\nflowchart LR\n  A@{{ img: '{FOREIGN}/ac.png', label: 'x' }}\n```",
    "formula": (
        rf"$\href{{javascript:{RUN}}}{{x}} \url{{{FOREIGN}}} \style{{background: url({FOREIGN}/ad.png)}}{{y}}$ "
        rf"$\bbox[background-image: url({FOREIGN}/ae.png)]{{z}} \require{{html}} \unicode{{x41}}"
        rf" \includegraphics{{{FOREIGN}/af.png}} \class{{score}}{{w}} \cssId{{score}}{{v}}$"
    ),
    "code": f"`<img src=x onerror=1>` and\n\n    <script>{RUN}</script>\n",
}

NAMES = {  # also as the name of a folder, where no slash can stand
    "tag": '"><img src=x onerror="window.ran=1">',
    "script": "<script>window.ran=1<b>",
    "template": "{{ 7 * 7 }}${7*7}",
    "quote": "';window.ran=1;",
    "turned": "an\u202egnp.exe",
}


def svg() -> str:
    """A drawing with a script and pictures from elsewhere."""
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='9' height='9'>"
        f"<script>{RUN.replace('&', '&amp;')}</script><image xlink:href='{FOREIGN}/ba.png' width='9' height='9'/>"
        f"<style>@import '{FOREIGN}/bb.css';</style></svg>"
    )
