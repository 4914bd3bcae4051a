using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;

namespace Hub.Core.Requests;

/// <summary>printer.command: one command to one printer, answered when its outcome is known. Thread: any.</summary>
internal sealed class CommandRequests
{
    private const string ClearBed = "clear_bed";
    private const int DefaultSeconds = 30;
    private const int MaxSeconds = 300;
    private const int MsPerSecond = 1000;
    private const int ResultBytes = 128;

    private static readonly PrinterVerb[] s_verbs =
    {
        PrinterVerb.Pause, PrinterVerb.Resume, PrinterVerb.Cancel, PrinterVerb.Light, PrinterVerb.Speed, PrinterVerb.ClearError, PrinterVerb.EmergencyStop,
        PrinterVerb.Gcode,
    };

    private readonly Log _log;
    private readonly PrinterManager _manager;

    public CommandRequests(Log log, PrinterManager manager)
    {
        _log = log;
        _manager = manager;
    }

    /// <summary>Begins a command. Errors: <see cref="ErrorCode.BadRequest"/>, and for clear_bed those of <see cref="PrinterManager.ClearBed"/>.</summary>
    public void Begin(HubRequest request)
    {
        string printer = request.Params.Text("printer");
        string action = request.Params.Text("action");
        if (action == ClearBed)
        {
            _manager.ClearBed(printer);
            request.Answer(Result(printer, action), null);
            return;
        }

        PrinterCommand command = new PrinterCommand(VerbOf(action), (int)request.Params.Whole("timeout_seconds", 1, MaxSeconds, DefaultSeconds) * MsPerSecond);
        switch (command.Verb)
        {
            case PrinterVerb.Light:
                command.Level = request.Params.Flag("on") ? 1 : 0;
                break;
            case PrinterVerb.Speed:
                command.Level = (int)request.Params.Whole("level", 1, 4, 0);
                if (command.Level == 0)
                {
                    throw RequestParams.Wrong("level", "is missing");
                }

                break;
            case PrinterVerb.Gcode:
                command.Lines = request.Params.Texts("lines");
                break;
        }

        command.Listener = new Waiting(this, request, action);
        _manager.Submit(printer, command);
    }

    private static PrinterVerb VerbOf(string action)
    {
        string names = "";
        for (int i = 0; i < s_verbs.Length; i++)
        {
            string name = VerbRule.Of(s_verbs[i]).Name;
            if (name == action)
            {
                return s_verbs[i];
            }

            names += name + ", ";
        }

        throw RequestParams.Wrong("action", "must be one of " + names + ClearBed);
    }

    private byte[] Result(string printer, string action)
    {
        PrinterSnapshot? snapshot = _manager.Snapshot(printer);
        JsonWriter json = new JsonWriter(ResultBytes, HubRequest.MaxResultBytes);
        json.BeginObject();
        json.Name("printer");
        json.Value(printer);
        json.Name("action");
        json.Value(action);
        json.Name("state");
        json.Value(PrinterStates.Name(snapshot == null ? PrinterState.Unknown : snapshot.Status.State));
        json.EndObject();
        return json.ToArray();
    }

    /// <summary>A request whose command runs.</summary>
    private sealed class Waiting : ICommandListener
    {
        private readonly CommandRequests _owner;
        private readonly HubRequest _request;
        private readonly string _action;

        public Waiting(CommandRequests owner, HubRequest request, string action)
        {
            _owner = owner;
            _request = request;
            _action = action;
        }

        public void Ended(PrinterCommand command)
        {
            if (command.Error != null)
            {
                _request.Answer(null, _owner._log.Masked(command.Error));
            }
            else
            {
                _request.Answer(_owner.Result(command.PrinterId, _action), null);
            }
        }
    }
}
