using System;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Adds the printer and a hint for the user to a printer's error.</summary>
internal static class PrinterErrors
{
    public static VerbException Explain(HubException error, PrinterConfig printer)
    {
        string hint = Hint(error, printer);
        string message = hint.Length == 0 ? error.Message : error.Message + ": " + hint;
        return new VerbException(ExitCodes.Of(error.Code), ErrorCodes.Name(error.Code), message, printer.Id, error);
    }

    private static string Hint(HubException error, PrinterConfig printer) => error.Code switch
    {
        // The login of a proxy, for example, is not the printer's key.
        _ when error.Remedy == Remedy.InMessage => "",
        ErrorCode.AuthRejected or ErrorCode.AuthMissing when PrinterSystems.Find(printer.Type)?.Login == PrinterLogin.AccessCode =>
            $"set it with 'printers edit {printer.Id} --access-code CODE'",
        ErrorCode.AuthRejected when printer.ApiKey == null && printer.Password != null =>
            $"set it with 'printers edit {printer.Id} --user USER --password PASSWORD'",
        ErrorCode.AuthRejected or ErrorCode.AuthMissing => $"set it with 'printers edit {printer.Id} --api-key KEY'",

        // A CA does not help with an expired certificate or one for another name.
        ErrorCode.TlsUntrusted when error.Remedy == Remedy.TrustAuthority =>
            $"give its authority with 'printers edit {printer.Id} --ca FILE'",
        _ => "",
    };
}
