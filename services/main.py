"""`qingfeng`: the command line of the whole house."""

import errno
import gzip
import io
import json
import os
import shlex
import shutil
import socket
import sys
import tempfile
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from typer.core import TyperGroup


class Stop(Exception):
    """An expected end with a clear answer, in Chinese and English, and an exit code."""

    def __init__(self, zh: str, en: str, code: int = 2) -> None:
        super().__init__(en)
        self.zh, self.en, self.code = zh, en, code


class Answering(TyperGroup):
    """Every command's foreseeable faults, in words: a damaged file, a busy folder, a place that cannot be used."""

    def invoke(self, ctx: Any) -> Any:
        from shared.folder import FolderBusy  # noqa: PLC0415

        try:
            return super().invoke(ctx)
        except FolderBusy as busy:
            raise Stop(
                f"数据目录 {busy} 正由另一个进程使用；先结束它，或换一个 --data",
                f"another process works on the data folder {busy}; end it first, or choose another --data",
            ) from busy
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Stop(
                f"gzip 文件损坏或不完整：{error}；已收到的行不会丢失，请用完整的文件再来",
                f"the gzip file is damaged or cut off: {error}; lines received stay; come again with the whole file",
            ) from error
        except OSError as error:
            raise _stop_of(error) from error


def _stop_of(error: OSError) -> Exception:
    """Return the answer to a fault of the disk or of a path; a closed pipe is none."""
    if error.errno == errno.EPIPE:
        return error
    place = error.filename or "文件 file"
    return Stop(
        f"无法使用 {place}：{error.strerror}；检查路径、权限和磁盘空间",
        f"{place} cannot be used: {error.strerror}; check the path, its permissions and the space on the disk",
    )


app = typer.Typer(
    name="qingfeng",
    cls=Answering,
    help="清风 Qingfeng: clarification, revisit, tolerance, reporting and exchange for public integrity bodies.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
events = typer.Typer(help="Agency events: check a file without sending it, or send it.", no_args_is_help=True)
app.add_typer(events, name="events")
out = Console(width=None if sys.stdout.isatty() else 100)
err = Console(stderr=True)

DEFAULT_DATA = Path("data/house")
DEFAULT_PORT = 8321
INTERRUPTED = 130


class Form(StrEnum):
    TABLE = "table"
    JSON = "json"


class ReportForm(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


Data = Annotated[Path, typer.Option("--data", help="data folder; made if it is not there")]
OldData = Annotated[Path, typer.Option("--data", help="data folder of a run or of a house that served")]
EventsFile = Annotated[Path, typer.Argument(help="JSON lines of CloudEvents, plain or gzip", metavar="FILE")]


@app.command(epilog="Example: qingfeng play examples/ningbo-2023.jsonl.gz --year 2023 --data data/ningbo")
def play(
    file: EventsFile,
    year: Annotated[int, typer.Option(help="the business year of the report", min=2000, max=2100)],
    data: Annotated[Path | None, typer.Option(help="data folder [default: data/play-<file>-<year>]")] = None,
    office: Annotated[Switch, typer.Option(help="does the simulated office work its lists")] = Switch.ON,
    check: Annotated[Path | None, typer.Option(help="expected figures; exit 1 on any difference")] = None,
    form: Annotated[Form, typer.Option("--format", help="how the report is printed")] = Form.TABLE,
    seed: Annotated[int, typer.Option(help="seed of the simulated office's choices")] = 1,
) -> None:
    """Play a file of agency events through the whole house and print the year's report.

    Killed at any moment and started again with the same --data, it goes on and ends with the same figures.
    """
    from services.exchange.files import lines_of, sha256_of  # noqa: PLC0415
    from services.house import EARLIEST, mark_mode  # noqa: PLC0415
    from services.simulation import play as sandbox  # noqa: PLC0415
    from shared.kernel import SandboxClock  # noqa: PLC0415

    expected = _expected(check)
    _require_file(file)
    sha256 = sha256_of(file)
    folder = data or _play_folder(file, year, office)
    _require_play_folder(folder)
    lines = sum(1 for _ in lines_of(file, sha256))
    try:
        record = sandbox.begin(folder, sha256, year=year, office=office is Switch.ON, seed=seed)
    except sandbox.AnotherRun as another:
        raise Stop(
            f"{folder} 中是另一次运行（文件、年份、--office 或 --seed 不同）；换一个 --data",
            f"{folder} holds a run of another file, year, --office or --seed; choose another --data",
        ) from another
    mark_mode(folder, "sandbox")
    clock = SandboxClock(record.receiving_clock, EARLIEST)
    with _house(folder, clock) as house:
        with _progress(lines) as show:
            run = sandbox.play(house, clock, file, record, show)
        report = house.count().annual(year)
        differences = _differences(house, expected, report) if expected else []
    _print_annual(report, form, {"run": sandbox.as_json(run)} | ({"differences": differences} if expected else {}))
    if form is Form.TABLE:
        _print_run(run, file, year)
        _print_differences(check, differences)
    if differences:
        raise typer.Exit(1)


@app.command(epilog="Example: qingfeng serve --data data/house --port 8321")
def serve(
    data: Data = DEFAULT_DATA,
    port: Annotated[int, typer.Option(help="port on 127.0.0.1", min=1, max=65535)] = DEFAULT_PORT,
    production: Annotated[
        bool, typer.Option("--production", help="first use of the folder: wall clock, and every event signed")
    ] = False,
) -> None:
    """Serve all five services in one process on the embedded default, on 127.0.0.1 only.

    A new folder is a sandbox: events need no signature and move the business day, which POST /clock moves too.
    """
    from services.house import mode_of  # noqa: PLC0415
    from services.serve import run  # noqa: PLC0415

    _require_mode(data, production=production)
    _require_port(port)
    _require_keys(needed=production or mode_of(data) == "production")
    err.print(f"http://127.0.0.1:{port}/docs  ·  data: {data}  ·  Ctrl-C ends it / 按 Ctrl-C 结束", soft_wrap=True)
    run(data, port, production=production)


@events.command("check", epilog="Example: qingfeng events check examples/ningbo-2023.jsonl.gz")
def events_check(
    file: EventsFile,
    form: Annotated[Form, typer.Option("--format", help="how the findings are printed")] = Form.TABLE,
) -> None:
    """Validate a file of agency events without sending it: a report per reason and line. Exit 1 if any is refused."""
    from services.exchange.files import check_file  # noqa: PLC0415

    _require_file(file)
    _require_keys(needed=False)
    report = check_file(file)
    _print_check(report, form)
    if report.quarantined:
        raise typer.Exit(1)


@events.command("send", epilog="Example: qingfeng events send examples/ningbo-2023.jsonl.gz --data data/house")
def events_send(file: EventsFile, data: Data = DEFAULT_DATA) -> None:
    """Send a file of agency events through the exchange's door; sent again, it takes no effect twice."""
    from services.exchange.files import send_file  # noqa: PLC0415
    from services.house import mark_mode, mode_of  # noqa: PLC0415

    _require_file(file)
    is_production = mode_of(data) == "production"
    _require_keys(needed=is_production)
    if not is_production:
        mark_mode(data, "sandbox")
    with _house(data, _clock_of(data)) as house:
        counts = send_file(house.exchange, file)
        house.settle()
    out.print(_counted("receipt / 回执", counts))


@app.command(epilog="Example: qingfeng report 2023 --month 6 --data data/play-ningbo-2023 --format csv")
def report(
    year: Annotated[int, typer.Argument(help="business year", min=2000, max=2100)],
    month: Annotated[int | None, typer.Option(help="business month 1 to 12", min=1, max=12)] = None,
    data: OldData = DEFAULT_DATA,
    form: Annotated[ReportForm, typer.Option("--format")] = ReportForm.TABLE,
) -> None:
    """Print the annual or the monthly report of a data folder."""
    from services.reporting import printing  # noqa: PLC0415

    _require_folder(data)
    with _house(data, _clock_of(data)) as house:
        figures = house.count()
        found: Any = figures.monthly(year, month) if month else figures.annual(year)
        at = house.clock.wall()
        house.access.record(
            at=at, person="cli", purpose="report", what=f"export {form}", case_id=f"{year}-{month or 0}"
        )
    match form:
        case ReportForm.JSON:
            print(json.dumps(printing.as_json(found), ensure_ascii=False, indent=1))
        case ReportForm.CSV:
            print(printing.as_csv(found), end="")
        case ReportForm.TABLE:
            printing.print_report(found, out)


@app.command(epilog="Example: qingfeng rebuild --data data/play-ningbo-2023")
def rebuild(data: OldData = DEFAULT_DATA) -> None:
    """Delete the read models of a data folder and project them again from the logs."""
    _require_folder(data)
    with _house(data, _clock_of(data)) as house:
        table = Table("read model", "facts read")
        for name, facts in house.rebuild():
            err.print(f"{name}: {facts}")
            table.add_row(name, f"{facts:,}")
    out.print(table)


@app.command(epilog="Example: qingfeng rules clarification")
def rules(
    service: Annotated[str, typer.Argument(help="one service, or all of them")] = "all",
    form: Annotated[Form, typer.Option("--format")] = Form.TABLE,
) -> None:
    """Show each rule that is enforced: its id, its source in words, and where in the code."""
    from services import rulebooks  # noqa: PLC0415

    if service != "all" and service not in rulebooks.RULEBOOKS:
        known = ", ".join(rulebooks.RULEBOOKS)
        raise Stop(f"没有名为 {service} 的服务；可选：{known}", f"no service {service}; there are: {known}")
    rows = rulebooks.rows(service)
    if form is Form.JSON:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = _folding("rule", "source", "规则 / rule in words", "where")
    for row in rows:
        table.add_row(row["id"], row["source"], f"{row['zh']}\n{row['en']}", "\n".join(row["where"]))
    out.print(table)


def main() -> None:
    """Run the command line; errors are answered in words, never with a traceback."""
    _quiet_logs()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            _say("已中断；再次运行同一命令即可继续", "interrupted; run the same command again to go on")
        sys.exit(code if isinstance(code, int) else 0)
    except Stop as stop:
        _say(stop.zh, stop.en)
        sys.exit(stop.code)
    except Exception as error:
        if hasattr(error, "show"):
            error.show()
            err.print("命令写法不对；在命令后加 --help 查看用法和示例", soft_wrap=True)
            sys.exit(getattr(error, "exit_code", 2))
        place = _error_log()
        _say(
            f"内部错误 {type(error).__name__}，详情在 {place}",
            f"internal error {type(error).__name__}, details in {place}",
        )
        sys.exit(70)


def _error_log() -> Path:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="qingfeng-error-", suffix=".log", delete=False
    ) as log:
        log.write(traceback.format_exc())
    return Path(log.name)


def _say(zh: str, en: str) -> None:
    err.print(f"{zh}\n{en}", markup=False, highlight=False, soft_wrap=True)


def _quiet_logs() -> None:
    import logging  # noqa: PLC0415

    import structlog  # noqa: PLC0415

    level = getattr(logging, os.environ.get("QINGFENG_LOG", "ERROR").upper(), logging.ERROR)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


@contextmanager
def _house(folder: Path, clock: Any) -> Iterator[Any]:
    from services.house import open_house  # noqa: PLC0415

    _require_keys(needed=False)
    with open_house(folder, clock) as house:
        yield house


def _clock_of(folder: Path) -> Any:
    from services.house import clock_of  # noqa: PLC0415

    return clock_of(folder)


def _require_file(file: Path) -> None:
    if file.is_dir():
        raise Stop(f"{file} 是目录，不是文件", f"{file} is a folder, not a file")
    if not file.is_file():
        raise Stop(f"没有文件 {file}", f"there is no file {file}")


def _require_folder(folder: Path) -> None:
    if not (folder / "exchange.db").is_file():
        raise Stop(
            f"{folder} 中没有数据；先运行 qingfeng play 或 qingfeng serve，或用 --data 指定目录",
            f"there is no data in {folder}; run qingfeng play or qingfeng serve first, or name the folder with --data",
        )


def _require_play_folder(folder: Path) -> None:
    if (folder / "house.json").exists() and not (folder / "play.json").exists():
        raise Stop(
            f"{folder} 由 qingfeng serve 或 events send 使用，不能在其中推演；换一个 --data",
            f"{folder} belongs to qingfeng serve or events send; play in a folder of its own: another --data",
        )


def _require_mode(folder: Path, *, production: bool) -> None:
    from services.house import mode_of  # noqa: PLC0415

    if production and (folder / "house.json").exists() and mode_of(folder) != "production":
        raise Stop(
            f"{folder} 是沙箱，不能转为生产环境；用一个新的 --data",
            f"{folder} is a sandbox and stays one; production starts in a fresh --data",
        )


def _require_keys(*, needed: bool) -> None:
    """The agencies' keys can be read, if any are named; in production they are needed, or nothing could be taken."""
    from services.exchange.settings import ExchangeSettings  # noqa: PLC0415
    from services.exchange.signatures import KeyDirectory  # noqa: PLC0415

    place = ExchangeSettings().agency_keys
    if place is None and not needed:
        return
    if place is None:
        raise Stop(
            "生产环境须验证签名：用环境变量 QINGFENG_EXCHANGE_AGENCY_KEYS 指定机关公钥文件（见 docs/agencies.md）",
            "production verifies signatures: name the file of the agencies' public keys in "
            "QINGFENG_EXCHANGE_AGENCY_KEYS (docs/agencies.md)",
        )
    _require_file(place)
    try:
        KeyDirectory.read(place)
    except (ValueError, AttributeError, TypeError) as error:
        raise Stop(
            f"公钥文件 {place} 的格式不对：应为 JSON 对象，密钥编号 → 32 字节 Ed25519 公钥的 base64url",
            f"{place} is no directory of keys: a JSON object, key id → 32 bytes of an Ed25519 public key in base64url",
        ) from error


def _require_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Stop(
                f"端口 {port} 不能使用：{error.strerror}；换一个 --port",
                f"port {port} cannot be used: {error.strerror}; choose another --port",
            ) from error


def _expected(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    _require_file(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Stop(f"{path} 不是 JSON：{error}", f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise Stop(f"{path} 应是一个 JSON 对象", f"{path} should be one JSON object")
    return content


@contextmanager
def _progress(lines: int) -> Iterator[Any]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[day]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("来文 lines", total=lines, day="")

        def show(done: int, day: date) -> None:
            progress.update(task, completed=done or None, day=f"业务日 {day}")

        yield show


def _differences(house: Any, expected: dict[str, Any], report: Any) -> list[dict[str, Any]]:
    from services.reconcile import differences  # noqa: PLC0415

    return differences(house, expected, report)


def _print_annual(report: Any, form: Form, beside: dict[str, Any]) -> None:
    from services.reporting import printing  # noqa: PLC0415

    if form is Form.JSON:
        print(json.dumps({**printing.as_json(report), **beside}, ensure_ascii=False, indent=1))
    else:
        printing.print_report(report, out)


def _print_run(run: Any, file: Path, year: int) -> None:
    table = Table("运行 run", "", show_header=False)
    for words, value in (
        ("命令 commands", f"{run.commands:,}"),
        ("事实 facts", f"{run.facts:,}"),
        ("本次 this start", f"{run.facts_new:,} facts in {run.seconds:,.1f} s = {run.facts_per_s:,} facts/s"),
        ("内存峰值 peak memory", f"{run.peak_mb:,} MiB"),
        ("死信 dead letters", str(run.dead_letters)),
        ("业务日 business day", run.last_day),
        ("数据 data", run.data),
    ):
        table.add_row(words, value)
    out.print(table)
    out.print("接着可以 / try next:", highlight=False)
    data = shlex.quote(run.data)
    for command in (
        f"report {year} --month 6 --data {data}",
        f"events check {shlex.quote(str(file))}",
        f"serve --data {data}    # http://127.0.0.1:{DEFAULT_PORT}/docs",
        f"rebuild --data {data}",
        "rules clarification",
    ):
        out.print(f"  {_called()} {command}", highlight=False, markup=False, soft_wrap=True)


def _called() -> str:
    """Return how this command can be called from here: by name where it is on the path, else by its place."""
    place = Path(sys.argv[0])
    if shutil.which("qingfeng") or place.name != "qingfeng":
        return "qingfeng"
    return str(place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place)


def _play_folder(file: Path, year: int, office: Switch) -> Path:
    """Return the folder of a run that names none: the same for the same file, year and office."""
    name = file.name.split(".")[0].removesuffix(f"-{year}")
    return Path("data") / f"play-{name}-{year}{'' if office is Switch.ON else '-no-office'}"


def _print_differences(check: Path | None, differences: list[dict[str, Any]]) -> None:
    if check is None:
        return
    if not differences:
        out.print(f"✓ 与 {check.name} 全部一致 / every figure of {check.name} agrees", highlight=False)
        return
    table = _folding("figure", "expected", "got")
    table.title = f"{len(differences)} differences / 处不同"
    for difference in differences:
        table.add_row(difference["figure"], str(difference["expected"]), str(difference["actual"]))
    out.print(table)


def _print_check(report: Any, form: Form) -> None:
    if form is Form.JSON:
        print(report.model_dump_json(indent=1))
        return
    out.print(_counted("reason / 原因", report.counts))
    if report.findings:
        out.print(_findings(report))
    if report.parked:
        out.print(_parked(report))


def _findings(report: Any) -> Table:
    table = _folding("line", "reason", "what is wrong / 问题", "what would make it pass / 如何修改")
    for finding in report.findings:
        table.add_row(
            str(finding.line), finding.reason, f"{finding.zh}\n{finding.en}", f"{finding.fix_zh}\n{finding.fix_en}"
        )
    if len(report.findings) < report.quarantined:
        table.caption = f"前 {len(report.findings)} 行 / the first {len(report.findings)} of {report.quarantined}"
    return table


def _parked(report: Any) -> Table:
    table = _folding("line", "type", "暂存，等待 / parked, waits for")
    for waiting in report.parked:
        table.add_row(str(waiting.line), waiting.event_type, "\n".join(waiting.waits_for))
    return table


def _counted(title: str, counts: dict[str, int]) -> Table:
    table = _folding(title, "lines / 行")
    for outcome, lines in counts.items():
        table.add_row(str(outcome), f"{lines}")
    return table


def _folding(*columns: str) -> Table:
    """Return a table that folds what is too long for its column, Chinese too, and cuts nothing off."""
    table = Table(show_lines=len(columns) > 2)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


if __name__ == "__main__":
    main()
