using Hub.Core.Errors;
using Hub.Core.Logging;

namespace Hub.Core.Manager;

/// <summary>The log lines of one printer's link: one for each step, none for retries that fail as the one before. Thread: the printer's worker.</summary>
internal sealed class LinkLog
{
    private readonly Log _log;
    private readonly string _id;
    private readonly LinkMachine _link;
    private ErrorCode _loggedError;

    public LinkLog(Log log, string id, LinkMachine link)
    {
        _log = log;
        _id = id;
        _link = link;
    }

    /// <summary>The link stands.</summary>
    public void Connected()
    {
        _loggedError = ErrorCode.None;
        _log.Info(_id, "online: connected");
    }

    /// <summary>Notes a link that fell silent, that is heard of again, or whose last report became too old.</summary>
    public void Moved(LinkState before)
    {
        if (before == _link.State)
        {
            return;
        }

        string reason = _link.State switch
        {
            LinkState.Online => "it reports again",
            LinkState.Degraded => "the link is open, but there was no report for more than " + (_link.QuietMs / 1000).ToString() + " s",
            _ => "the last report is too old to be shown",
        };
        State(reason);
    }

    /// <summary>Notes the link's state and why it is in it.</summary>
    public void State(string reason) => _log.Info(_id, LinkStates.Name(_link.State) + ": " + reason);

    /// <summary>One line for each step down; retries that fail as the one before are of interest only to those who search for a fault.</summary>
    public void Failed(HubException error, bool wasOpen)
    {
        bool isNews = wasOpen || _loggedError != error.Code;
        _loggedError = error.Code;
        string text = LinkStates.Name(_link.State) + ": " + error.Message;
        if (_link.State == LinkState.Refused)
        {
            _log.Error(_id, text + "; not tried again until the configuration changes");
        }
        else if (error.Code == ErrorCode.Internal && isNews)
        {
            _log.Warning(_id, text + "; trying again");
        }
        else if (isNews)
        {
            _log.Info(_id, text + "; trying again");
        }
        else
        {
            _log.Debug(_id, text);
        }
    }
}
