using System;
using System.Text.RegularExpressions;
using Hub.Core;

namespace Hub.Simulator.Cli;

/// <summary>Turns whatever ended a verb into one line on stderr, with --json a document on stdout, and an exit code.</summary>
internal static partial class CliErrors
{
    public static int Report(Exception exception, CliConsole console, bool json, bool verbose)
    {
        CliException error = Classify(exception);
        string message = OneLine(error.Message);
        bool isNamed = error.Printer == null || message.StartsWith(error.Printer + ": ", StringComparison.Ordinal);
        console.Error.WriteLine(isNamed ? message : error.Printer + ": " + message);
        if (verbose)
        {
            console.Error.WriteLine(exception);
        }

        if (json)
        {
            JsonOutput.Write(console.Out, writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("error");
                writer.WriteString("code", error.Code);
                writer.WriteString("message", message);
                if (error.Printer != null)
                {
                    writer.WriteString("printer", error.Printer);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            });
        }

        return error.ExitCode;
    }

    /// <summary>A parser's message, without values that may be secret ("--api-kye=KEY").</summary>
    public static string Clean(string parseError) => OptionValue().Replace(parseError, "$1'");

    private static CliException Classify(Exception exception) => exception switch
    {
        CliException e => e,
        HubException e => CliException.Of(e, null),
        OperationCanceledException => CliException.Stopped(),
        _ => new CliException(
            ExitCodes.Failed, ErrorCodes.Name(ErrorCode.Internal), "unexpected fault, please report it (--verbose shows more): " + exception.Message),
    };

    private static string OneLine(string text) => LineBreaks().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s*[\r\n]+\s*")]
    private static partial Regex LineBreaks();

    [GeneratedRegex("('--?[^'=:]+)[=:][^']*'")]
    private static partial Regex OptionValue();
}
