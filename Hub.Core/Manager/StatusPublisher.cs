using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>
/// Makes the status that others read out of the client's and the link's: plausible, without secrets, never without a reason for an
/// unknown state. Allocates nothing while nothing changes. Thread: the printer's worker.
/// </summary>
internal sealed class StatusPublisher
{
    private readonly Log _log;
    private readonly IPrinterClient _client;
    private readonly LinkMachine _link;
    private readonly PublishedStatus _published;
    private readonly PrinterStatus _next = new PrinterStatus();
    private LinkState _publishedLink;
    private string? _rawMessage;
    private string? _maskedMessage;
    private string? _rawJob;
    private string? _shownJob;

    public StatusPublisher(Log log, IPrinterClient client, LinkMachine link, PublishedStatus published)
    {
        _log = log;
        _client = client;
        _link = link;
        _published = published;
    }

    /// <summary>True when the link has another state than was last published.</summary>
    public bool HasLinkMoved => _link.State != _publishedLink;

    /// <summary>Publishes what is known now; true when a reader sees something else than before.</summary>
    /// <param name="nowMs">Now.</param>
    /// <param name="isAnswered">The printer answered, or is known not to.</param>
    /// <param name="linkError">Why there is no link, or null.</param>
    public bool Publish(long nowMs, bool isAnswered, HubException? linkError)
    {
        _publishedLink = _link.State;
        bool hasFirstAnswer = isAnswered || _link.State == LinkState.Disabled;
        _next.CopyFrom(_client.Status);
        Plausible.Clean(_next);
        _next.ErrorMessage = MaskedMessage(_next.ErrorMessage);
        _next.Job = ShownJob(_next.Job);
        _next.IsConnected = _link.IsOpen && isAnswered;
        if (!_link.IsOpen && linkError != null)
        {
            _next.ErrorCode = ErrorCodes.Name(linkError.Code);
            _next.ErrorMessage = MaskedMessage(linkError.Message);
            _next.ErrorRemedy = linkError.Remedy;
        }

        if (hasFirstAnswer && _link.IsStale(nowMs))
        {
            PublishedStatus.MakeOffline(_next);
        }

        if (_next.State == PrinterState.Unknown && _next.ErrorMessage == null)
        {
            _next.ErrorMessage = _next.IsConnected ? "connected, but the printer has not reported its state yet" : PrinterStatus.NoAnswerYet;
        }

        return _published.Publish(_next, _link, hasFirstAnswer, nowMs);
    }

    /// <summary>A job's name is as foreign as a message, and a server may echo a key in it.</summary>
    private string? ShownJob(string? job)
    {
        if (job != _rawJob)
        {
            _rawJob = job;
            _shownJob = job == null ? null : _log.Shown(job);
        }

        return _shownJob;
    }

    /// <summary>The text without secrets and fit to be shown; one that stays is searched once.</summary>
    private string? MaskedMessage(string? message)
    {
        if (message != _rawMessage)
        {
            _rawMessage = message;
            _maskedMessage = message == null ? null : _log.Shown(message);
        }

        return _maskedMessage;
    }
}
