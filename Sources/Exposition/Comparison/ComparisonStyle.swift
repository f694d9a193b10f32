/// The page's looks: the colours follow the reader's screen.
enum ComparisonStyle {
    static let css = """
        :root{color-scheme:light dark;--bg:#fff;--fg:#1c2024;--soft:#5f6b76;--line:#d9dee3;--fill:#f3f5f7;--before:#9aa5b1;\
        --after:#0b6bcb;--good:#137a3f;--bad:#c0341d;--warn:#8a5a00;--goodbg:#e3f4e9;--badbg:#fbe6e2;--warnbg:#fbf0d9}
        @media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e6e9ec;--soft:#9aa5b1;--line:#333a41;--fill:#1d2226;\
        --before:#66717c;--after:#5aa9f5;--good:#63cf8c;--bad:#ff8a73;--warn:#e8b84f;--goodbg:#16321f;--badbg:#3d1b15;\
        --warnbg:#372a10}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Helvetica Neue",Arial,sans-serif}
        main{max-width:980px;margin:0 auto;padding:28px 20px 48px}
        header{border-left:6px solid var(--warn);padding:2px 0 2px 16px;margin-bottom:18px}
        header.met,header.no_expectation{border-color:var(--good)}header.regressed{border-color:var(--bad)}
        h1{font-size:22px;line-height:1.3;margin:0 0 6px}h2{font-size:16px;margin:30px 0 6px}
        p{margin:4px 0}ul{margin:6px 0;padding-left:20px}.promises{list-style:none;padding:0}
        .change,.note{color:var(--soft);font-size:13px}
        .badge{color:var(--warn)}.met .badge,.no_expectation .badge{color:var(--good)}.regressed .badge{color:var(--bad)}
        .why{background:var(--fill);border-radius:8px;padding:10px 16px}
        .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
        th{text-align:left;font-weight:500}thead th{color:var(--soft);font-size:12px;border-bottom:1px solid var(--line)}
        th,td{padding:5px 8px;white-space:nowrap}tbody tr+tr>*{border-top:1px solid var(--line)}
        .n{text-align:right;font-variant-numeric:tabular-nums}tr.promised{background:var(--fill)}
        tr.promised th{font-weight:700}
        .tag{display:inline-block;padding:0 8px;border-radius:9px;font-size:12px;background:var(--fill);color:var(--soft)}
        .tag.met,.tag.improved{background:var(--goodbg);color:var(--good)}
        .tag.regressed{background:var(--badbg);color:var(--bad)}.tag.not_met{background:var(--warnbg);color:var(--warn)}
        .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:16px}
        figure{margin:0;border:1px solid var(--line);border-radius:8px;padding:8px 10px 4px}
        figcaption{font-size:13px;font-weight:600}figcaption .note{font-weight:400;display:block}
        svg{display:block;width:100%;height:auto;overflow:visible}svg.interval{width:170px}
        svg text{fill:var(--soft);font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
        svg text.value{fill:var(--fg);font-weight:600;font-size:12px}
        .axis{stroke:var(--line);stroke-width:1;fill:none}.zero{stroke:var(--soft);stroke-width:1}
        .band{fill:var(--line);opacity:.6}.b{fill:var(--before)}.a{fill:var(--after)}
        .b-line{stroke:var(--before);fill:none;stroke-width:1.5}.a-line{stroke:var(--after);fill:none;stroke-width:1.7}
        .b-area{fill:var(--before);opacity:.45}.good{fill:var(--good)}.bad{fill:var(--bad)}.flat{fill:var(--soft)}
        .mark{stroke:var(--bad);stroke-width:1.2;stroke-dasharray:4 3}.out{fill:var(--soft);opacity:.18}
        details summary{cursor:pointer;color:var(--soft)}code{background:var(--fill);padding:1px 5px;border-radius:4px}
        @media print{main{max-width:none}section{break-inside:avoid}}
        """
}
