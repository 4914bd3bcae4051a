using Hub.Core.Errors;

namespace Hub.Core.Printers;

/// <summary>Codes of a printer's own troubles, as they stand in <see cref="PrinterStatus.ErrorCode"/> beside the hub's (docs/errors.md).</summary>
public static class PrinterErrorCodes
{
    /// <summary>The printer is faulty; the message has its words.</summary>
    public const string Fault = "printer_error";

    /// <summary>The printer waits for a person.</summary>
    public const string Attention = "printer_attention";

    /// <summary>The last print ended with an error; the printer accepts another one.</summary>
    public const string PrintFailed = "print_failed";

    /// <summary>
    /// True for a code that concerns only the last job: <see cref="PrintFailed"/>, or a print_error of Bambu such as
    /// 0300_4006, which the printers show until the next start.
    /// </summary>
    public static bool IsOfLastPrint(string? code) =>
        code == PrintFailed || (code != null && code.Length == 9 && code.IndexOf('_') == 4 && code.LastIndexOf('_') == 4);
}
