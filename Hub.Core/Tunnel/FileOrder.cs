using Hub.Core.Hal;
using Hub.Core.Jobs;
using Hub.Core.Printers;

namespace Hub.Core.Tunnel;

/// <summary>What the cloud wants done with a file. Not changed after it was accepted. Thread: any.</summary>
internal sealed class FileOrder
{
    /// <summary>Makes it.</summary>
    /// <param name="message">print_command or file_begin, checked.</param>
    /// <param name="printer">The printer that it is for.</param>
    /// <param name="request">The print that follows; null for an upload alone.</param>
    public FileOrder(CloudMessage message, PrinterConfig printer, PrintRequest? request)
    {
        CommandId = message.CommandId!;
        WireId = message.PrinterId!;
        JobId = message.JobId!;
        File = message.FileName!;
        Sha256 = message.Sha256;
        Options = message.Options ?? StartOptions.Default;
        Printer = printer;
        Request = request;
    }

    /// <summary>The command that it came with.</summary>
    public string CommandId { get; }

    /// <summary>The cloud's name for the printer.</summary>
    public string WireId { get; }

    /// <summary>The cloud's job.</summary>
    public string JobId { get; }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>What its SHA-256 has to be; null when that is not checked.</summary>
    public string? Sha256 { get; }

    /// <summary>How it is printed.</summary>
    public StartOptions Options { get; }

    /// <summary>The printer, as it was when the order came.</summary>
    public PrinterConfig Printer { get; }

    /// <summary>The print that follows; null for an upload alone.</summary>
    public PrintRequest? Request { get; }
}
