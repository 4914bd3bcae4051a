using System.Threading;
using Hub.Core.Printers;

namespace Hub.Core.Manager;

/// <summary>Hands a command to the client's method for its verb. Thread: the client's owner.</summary>
internal static class CommandSender
{
    /// <summary>Sends it. Errors: those of the client's method; an unknown verb is a fault of the hub.</summary>
    public static void Send(IPrinterClient client, PrinterCommand command, CancellationToken cancel)
    {
        switch (command.Verb)
        {
            case PrinterVerb.Pause:
                client.Pause(cancel);
                break;
            case PrinterVerb.Resume:
                client.Resume(cancel);
                break;
            case PrinterVerb.Cancel:
                client.Cancel(cancel);
                break;
            case PrinterVerb.Gcode:
                ((IGcode)client).SendGcode(command.Lines!, cancel);
                break;
            case PrinterVerb.Start:
                client.StartPrint(command.StoredPath!, command.Options, cancel);
                break;
            case PrinterVerb.Light:
                ((ILight)client).SetLight(command.Level == 1, cancel);
                break;
            case PrinterVerb.Speed:
                ((ISpeedLevels)client).SetSpeed(command.Level, cancel);
                break;
            case PrinterVerb.ClearError:
                ((IErrorClearing)client).ClearError(cancel);
                break;
            case PrinterVerb.EmergencyStop:
                ((IEmergencyStop)client).EmergencyStop(cancel);
                break;
            default:
                throw VerbRule.Missing(command.Verb);
        }
    }
}
