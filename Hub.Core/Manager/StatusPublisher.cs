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
    private readonly ShownText _message = new ShownText();
    private readonly ShownText _job = new ShownText();
    private ShownText[] _materials = new ShownText[0];
    private LinkState _publishedLink;

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
        _next.ErrorMessage = _message.Of(_next.ErrorMessage, _log);
        _next.Job = _job.Of(_next.Job, _log);
        ShowMaterials(_next.Filaments);
        _next.IsConnected = _link.IsOpen && isAnswered;
        if (!_link.IsOpen && linkError != null)
        {
            _next.ErrorCode = ErrorCodes.Name(linkError.Code);
            _next.ErrorMessage = _message.Of(linkError.Message, _log);
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

    /// <summary>A material's name is as foreign as a message: a person types it, and a server may echo a key in it.</summary>
    private void ShowMaterials(FilamentReadings filaments)
    {
        if (_materials.Length < filaments.Count)
        {
            _materials = new ShownText[filaments.Count];
            for (int i = 0; i < _materials.Length; i++)
            {
                _materials[i] = new ShownText();
            }
        }

        for (int i = 0; i < filaments.Count; i++)
        {
            Filament filament = filaments[i];
            filament.Type = _materials[i].Of(filament.Type, _log);
        }
    }
}
