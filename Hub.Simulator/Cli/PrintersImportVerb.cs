using System.CommandLine;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>printers import FILE</summary>
internal static class PrintersImportVerb
{
    private const string FromStdin = "-";

    public static Command Create(VerbConsole console)
    {
        Argument<string> file = new("FILE") { Description = "A printers.json, or - for stdin" };
        return CliApp.Verb("import", "Import printers from a file: those with the same id are replaced, others stay; all or none", [file], console, context =>
        {
            byte[] document = Read(context, context.Get(file));
            return PrintersVerbs.Change(context, () => null, session => $"{session.Config.Import(document)} printer(s) imported");
        });
    }

    private static byte[] Read(CliContext context, string path)
    {
        if (path != FromStdin)
        {
            return UserFile.ReadAll(context.PathOf(path), ConfigManager.MaxDocumentBytes, context.Cancel);
        }

        // One character more than allowed shows that stdin is too long.
        char[] text = new char[ConfigManager.MaxDocumentBytes + 1];
        int length = UserFile.Await(() => context.Console.In.ReadBlock(text, 0, text.Length), context.Cancel);
        byte[] document = Encoding.UTF8.GetBytes(text, 0, length);
        if (document.Length > ConfigManager.MaxDocumentBytes)
        {
            throw VerbException.Of(ErrorCode.SourceFailed, $"stdin has more than the {ConfigManager.MaxDocumentBytes} bytes that are allowed");
        }

        return length > 0 ? document : throw VerbException.Of(ErrorCode.SourceFailed, "there is nothing on stdin: is it closed?");
    }
}
