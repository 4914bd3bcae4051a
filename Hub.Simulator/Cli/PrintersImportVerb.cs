using System;
using System.CommandLine;
using System.IO;
using System.Text;
using Hub.Core;
using Hub.Core.Configuration;

namespace Hub.Simulator.Cli;

/// <summary>printers import FILE</summary>
internal static class PrintersImportVerb
{
    private const string FromStdin = "-";

    public static Command Create(CliConsole console)
    {
        Argument<string> file = new("FILE") { Description = "A printers.json, or - for stdin" };
        return CliApp.Verb("import", "Take printers over from a file: the same id is replaced, others stay; all or nothing", [file], console, context =>
        {
            byte[] document = Read(context, context.Get(file));
            return PrintersVerbs.Change(context, null, session => $"{session.Config.Import(document)} printer(s) imported");
        });
    }

    private static byte[] Read(CliContext context, string path)
    {
        if (path == FromStdin)
        {
            return Encoding.UTF8.GetBytes(context.Console.In.ReadToEnd());
        }

        try
        {
            using FileStream file = File.OpenRead(path);

            // One byte more than allowed is enough to be refused.
            byte[] buffer = new byte[Math.Min(file.Length, ConfigManager.MaxDocumentBytes + 1)];
            file.ReadExactly(buffer);
            return buffer;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CliException.Of(ErrorCode.SourceFailed, $"there is no file '{path}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Of(ErrorCode.SourceFailed, $"cannot read '{path}': {e.Message}");
        }
    }
}
