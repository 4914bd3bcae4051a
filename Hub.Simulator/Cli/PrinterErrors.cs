using System;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Adds to a printer's error which printer it is and what the user can type about it.</summary>
internal static class PrinterErrors
{
    public static VerbException Explain(HubException error, PrinterConfig printer)
    {
        string hint = Hint(error, printer);
        // A proxy's own login is not the printer's key.
        bool isSaid = error.Message.Contains("printers edit", StringComparison.Ordinal)
            || error.Message.Contains("a proxy", StringComparison.Ordinal);
        string message = isSaid || hint.Length == 0 ? error.Message : error.Message + ": " + hint;
        return new VerbException(ExitCodes.Of(error.Code), ErrorCodes.Name(error.Code), message, printer.Id, error);
    }

    /// <summary>The code of a name in a status; None when the name is not one of the hub's.</summary>
    public static ErrorCode CodeOf(string? name)
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            if (ErrorCodes.Name(code) == name)
            {
                return code;
            }
        }

        return ErrorCode.None;
    }

    private static string Hint(HubException error, PrinterConfig printer) => error.Code switch
    {
        ErrorCode.AuthRejected or ErrorCode.AuthMissing when PrinterSystems.Find(printer.Type)?.Login == PrinterLogin.AccessCode =>
            $"set it with 'printers edit {printer.Id} --access-code CODE'",
        ErrorCode.AuthRejected when printer.ApiKey == null && printer.Password != null =>
            $"set it with 'printers edit {printer.Id} --user USER --password PASSWORD'",
        ErrorCode.AuthRejected or ErrorCode.AuthMissing => $"set it with 'printers edit {printer.Id} --api-key KEY'",

        // An authority helps neither an expired certificate nor one of another name.
        ErrorCode.TlsUntrusted when error.Message.Contains("give its CA", StringComparison.Ordinal) =>
            $"give its authority with 'printers edit {printer.Id} --ca FILE'",
        _ => "",
    };
}
