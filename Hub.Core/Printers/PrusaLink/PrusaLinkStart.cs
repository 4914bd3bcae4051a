using System.Threading;
using Hub.Core.Errors;

namespace Hub.Core.Printers.PrusaLink;

/// <summary>
/// The start that was sent last: whether the printer shows its job, refused it, or refuses it only for now. Asks the printer itself
/// where the reports do not suffice. Thread: the printer's worker.
/// </summary>
internal sealed class PrusaLinkStart
{
    /// <summary>
    /// A start that is refused right after a job is sent again after this time, in ms: the one on a Pi stays in FINISHED and
    /// STOPPED for 11 s and refuses until then (Prusa-Link prusa/link/const.py PRINT_END_TIMEOUT).
    /// </summary>
    private const int StartRetryMs = 2000;

    /// <summary>How long such a refusal is expected to pass, in ms.</summary>
    private const int StartPatienceMs = 30000;

    /// <summary>A name of at least this length may be the beginning of a longer one.</summary>
    private const int CutName = 24;

    private const int MethodNotAllowed = 405;

    private readonly PrusaLinkApi _api;
    private readonly PrusaLinkReport _report;
    private readonly PrusaLinkLostJob _lost;
    private string? _name;
    private int _idBefore = -1;
    private bool _wasIdle;
    private PrinterState _stateBefore;
    private string? _refusedPath;
    private long _refusedMs;

    public PrusaLinkStart(PrusaLinkApi api, PrusaLinkReport report, PrusaLinkLostJob lost)
    {
        _api = api;
        _report = report;
        _lost = lost;
    }

    /// <summary>A start of this path is about to be sent.</summary>
    public void Begin(string path)
    {
        _name = path.Substring(path.LastIndexOf('/') + 1);
        _idBefore = _report.LastJobId;
        _wasIdle = _report.State == PrinterState.Idle && _report.JobId < 0;
        _stateBefore = _report.State;
    }

    /// <summary>The printer accepted it.</summary>
    public void Accepted() => _refusedPath = null;

    /// <summary>
    /// Says of a start's refusal whether it will pass: it had no effect, the printer shows no job, and its last one may have
    /// ended seconds ago. Only for a while: an open menu refuses starts as well, and for as long as it is open.
    /// </summary>
    public void MarkIfPassing(HubException refusal, string path, long nowMs)
    {
        if (_refusedPath != path || nowMs - _refusedMs > 2 * StartPatienceMs)
        {
            _refusedPath = path;
            _refusedMs = nowMs;
        }

        if (nowMs - _refusedMs < StartPatienceMs)
        {
            refusal.RetryAfterMs = StartRetryMs;
        }
    }

    /// <summary>
    /// True when the last report shows the job that was started: a new id, in whatever state, or any id after none at all, as ids
    /// start again after a factory reset or with another card. For a printer that no longer shows a job, a new end state is
    /// the proof, or, if it had the same end state before, its job counter.
    /// </summary>
    public bool IsShown(PrusaLinkFlavour flavour, CancellationToken cancel)
    {
        PrinterState state = _report.State;
        bool hasEnded = state == PrinterState.Finished || state == PrinterState.Cancelled;
        if (_report.JobId >= 0)
        {
            // A job that begins and meets an error at once is judged by that.
            return (_wasIdle || _report.JobId != _idBefore) && state != PrinterState.Error && IsOurs();
        }

        if (PrinterStates.HasJob(state) && !PrinterStates.HasJob(_stateBefore))
        {
            // A report without the job's numbers: nothing else can be asked.
            return true;
        }

        if (hasEnded && (state != _stateBefore || HasCountedOn(flavour, cancel)))
        {
            _report.NoteName(_name!);
            _lost.Forget();
            return true;
        }

        return false;
    }

    /// <summary>Fails the start for a new error, or for a question on the screen before the print.</summary>
    public void FailIfRefused(StartEvidence start, PrinterStatus status)
    {
        if (!start.IsOpen || _report.State == _stateBefore)
        {
            return;
        }

        if (_report.State == PrinterState.Error)
        {
            start.Fail(StartEvidence.FailureOf(status));
        }
        else if (_report.State == PrinterState.Attention)
        {
            start.Fail(new HubException(
                ErrorCode.WrongState, "the printer accepted the start, but asks a question before it prints: answer it on the printer's screen"));
        }
    }

    /// <summary>True unless the job's name, which is known, is another file's. Long names come cut, and Buddy's file name is the short one.</summary>
    private bool IsOurs()
    {
        string? shown = _report.JobName;
        if (shown == null)
        {
            return true;
        }

        string ours = _name!.ToLower();
        string name = shown.ToLower();
        string? file = _report.FileName?.ToLower();
        return name == ours || file == ours || (name.Length >= CutName && ours.StartsWith(name));
    }

    /// <summary>
    /// True when Buddy's job counter advanced although it shows no job: of /api/v1/job/ID it answers 404 to any but the last id,
    /// and 405 to a GET of that (Prusa-Firmware-Buddy lib/WUI/link_content/prusa_link_api_v1.cpp). The GETs have no effect.
    /// </summary>
    private bool HasCountedOn(PrusaLinkFlavour flavour, CancellationToken cancel)
    {
        if (flavour != PrusaLinkFlavour.Buddy || _idBefore < 0)
        {
            return false;
        }

        return !IsLastJob(_idBefore, cancel) && IsLastJob(_idBefore + 1, cancel);
    }

    private bool IsLastJob(int id, CancellationToken cancel)
    {
        try
        {
            _api.Get("/api/v1/job/" + id.ToString(), cancel);
            return false;
        }
        catch (HubException e)
        {
            if (e.HttpStatus != MethodNotAllowed)
            {
                throw;
            }

            return true;
        }
    }
}
