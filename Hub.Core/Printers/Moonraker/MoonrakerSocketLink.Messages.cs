using Hub.Core.Errors;

namespace Hub.Core.Printers.Moonraker;

/// <content>What Moonraker sends by itself, and late answers.</content>
internal sealed partial class MoonrakerSocketLink
{
    /// <summary>Broken messages in a row that end the link: each makes the hub ask, and a healthy server's answer counts as a good one.</summary>
    private const int MaxFaults = 8;

    private static readonly byte[] s_none = new byte[0];

    private int _faults;

    /// <summary>
    /// A message that is broken or too long is passed over: what it may have changed is asked for. Errors:
    /// <see cref="ErrorCode.BadJson"/> for too many broken ones in a row, as from a server that speaks something else.
    /// </summary>
    private void ReadMessage()
    {
        if (_socket.IsCut)
        {
            _message.ReadBeginning(_socket.Message, 0, _socket.MessageLength);
            _needsRefresh |= _message.Method >= 0 && _message.Method < MoonrakerMessage.GcodeResponse;
            return;
        }

        if (_socket.MessageLength == 0)
        {
            // RFC 6455 allows it, and it says nothing.
            _message.ReadBeginning(s_none, 0, 0);
            return;
        }

        try
        {
            _message.Read(_socket.Message, 0, _socket.MessageLength);
            _faults = 0;
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.BadJson || _faults >= MaxFaults - 1)
            {
                throw;
            }

            _faults++;
            _isDoubtful = true;
            _message.ReadBeginning(s_none, 0, 0);
        }
    }

    /// <summary>Handles a message that was not asked for. A notification whose parameters do not have Moonraker's form changes nothing, but makes the hub ask.</summary>
    private void Handle()
    {
        try
        {
            HandleMessage();
        }
        catch (HubException e)
        {
            if (e.Code != ErrorCode.BadJson)
            {
                throw;
            }

            _isDoubtful = true;
        }
    }

    private void HandleMessage()
    {
        switch (_message.Method)
        {
            case MoonrakerMessage.StatusUpdate:
                if (_message.PayloadLength > 0)
                {
                    Report.MergeUpdate(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
                    _lastReportMs = _clock.NowMs;
                }

                break;
            case MoonrakerMessage.GcodeResponse:
                Report.NoteConsole(_socket.Message, _message.PayloadOffset, _message.PayloadLength, _clock.NowMs);
                break;
            case MoonrakerMessage.KlippyReady:
                _needsRefresh = true;
                break;
            case MoonrakerMessage.KlippyShutdown:
                Report.SetKlippy(KlippyState.Shutdown, Report.KlippyMessage);
                _needsRefresh = true;
                _isKlipperLost = true;
                break;
            case MoonrakerMessage.KlippyDisconnected:
                SetNotReady(KlippyState.Disconnected, null);
                _needsRefresh = true;
                _isKlipperLost = true;
                break;
            case MoonrakerMessage.ActiveSpoolSet:
            case MoonrakerMessage.SpoolmanChanged:
                Spool.Note(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
                break;
            default:
                HandleLateAnswer();

                break;
        }
    }

    /// <summary>An answer that is no longer waited for: to the request for metadata, or to a command queued after a macro.</summary>
    private void HandleLateAnswer()
    {
        if (_message.Id < 0)
        {
            return;
        }

        if (_message.Id == _metadataId)
        {
            if (!_message.IsError)
            {
                File.Read(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
            }
        }
        else if (_message.Id == _spoolRequestId)
        {
            ReadSpoolAnswer();
        }
        else if (_message.IsError && _message.Id == _startId)
        {
            _startId = -1;
            StartRefusal = MoonrakerErrors.Explain(_message.ErrorNumber, _message.ErrorText, _access.HasCredentials);
        }
        else if (_message.IsError)
        {
            _access.WarnOfLateRefusal(_message.ErrorText);
        }
    }
}
