namespace Hub.Core.Printers.Moonraker;

/// <content>The active spool. Its answers come when they come: nothing waits for them.</content>
internal sealed partial class MoonrakerSocketLink
{
    private int _spoolRequestId = -1;
    private bool _hasAskedForSpoolman;

    /// <summary>Notes once for each connection whether Moonraker has the component, from server.info or, when that could not be read, by asking.</summary>
    private void NoteComponents(bool hasSpoolman)
    {
        if (!_hasAskedForSpoolman)
        {
            _hasAskedForSpoolman = true;
            Spool.Connected(hasSpoolman);
        }
    }

    private void AskForSpool()
    {
        int question = Spool.Next(_clock.NowMs, Report.Print == KlipperPrint.Printing);
        if (question == MoonrakerSpool.Nothing)
        {
            return;
        }

        if (question == MoonrakerSpool.AskStatus)
        {
            _spoolRequestId = Begin("server.spoolman.status");
        }
        else
        {
            _spoolRequestId = Begin("server.spoolman.proxy");
            Writer.Name("params");
            Writer.BeginObject();
            Writer.Name("use_v2_response");
            Writer.Value(true);
            Member("request_method", "GET");
            Member("path", "/v1/spool/" + Spool.SpoolId.ToString());
            Writer.EndObject();
        }

        Send(_spoolRequestId);
    }

    private void ReadSpoolAnswer()
    {
        _spoolRequestId = -1;
        if (_message.IsError)
        {
            Spool.Refused(_message.ErrorNumber);
        }
        else
        {
            Spool.Read(_socket.Message, _message.PayloadOffset, _message.PayloadLength);
        }
    }
}
