using System;
using System.CommandLine;
using Hub.Core;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Hal.Desktop;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>factory-reset</summary>
internal static class FactoryResetVerb
{
    private const string Kept = "device id";

    public static Command Create(VerbConsole console)
    {
        Option<bool> yes = new("--yes") { Description = "Do not ask for confirmation" };
        return CliApp.Verb("factory-reset", "Delete printers, cloud, Wi-Fi and trusted certificates; the device id stays", [yes], console, context =>
        {
            if (!context.Get(yes))
            {
                Ask(context);
            }

            return Run(context);
        });
    }

    private static void Ask(CliContext context)
    {
        if (context.Console.AskSecret == null)
        {
            throw VerbException.Usage("factory-reset forgets everything that was set up: give --yes to do that");
        }

        context.Console.Error.WriteLine($"This forgets all printers, the cloud, the Wi-Fi network and trusted certificates in '{context.Folder}'; the {Kept} stays.");
        context.Console.Error.Write("Type yes to do that: ");
        string? answer = UserFile.Await(context.Console.In.ReadLine, context.Cancel);
        if (answer?.Trim() != "yes")
        {
            throw new VerbException(ExitCodes.Failed, "not_confirmed", "nothing was forgotten");
        }
    }

    private static int Run(CliContext context)
    {
        using IDisposable held = DataFolder.LockForEdit(context.Folder);
        if (context.IsHosted)
        {
            using HubSession session = context.OpenSession();
            return Report(context, new FactoryReset(session.Hub.Hal.Nvs, session.Config));
        }

        if (DataFolder.IsRunning(context.Folder))
        {
            throw new VerbException(ExitCodes.Failed, "hub_started", "a hub started on this data folder just now: try again");
        }

        // Not loaded: a reset must also work when the configuration cannot be read.
        using DesktopHal hal = new(context.Folder);
        using FarmHub hub = new(hal, context.Output.Sink, LogLevel.Error);
        return Report(context, new FactoryReset(hal.Nvs, hub.Config));
    }

    private static int Report(CliContext context, FactoryReset reset)
    {
        reset.Run();
        string[] deleted = reset.Deleted;
        string[] failed = reset.Failed;
        if (failed.Length == 0 && context.Json)
        {
            JsonOutput.Write(context.Console.Out, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("result", deleted.Length == 0 ? "nothing was set up" : "reset");
                writer.WriteStartArray("deleted");
                Array.ForEach(deleted, writer.WriteStringValue);
                writer.WriteEndArray();
                writer.WriteStartArray("kept");
                writer.WriteStringValue(Kept);
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        }
        else
        {
            Array.ForEach(deleted, name => context.Say("deleted " + name));
        }

        if (failed.Length > 0)
        {
            throw VerbException.Of(ErrorCode.StorageFailed, "not everything could be deleted: " + string.Join("; ", failed));
        }

        if (!context.Json)
        {
            context.Say(deleted.Length == 0 ? "nothing was set up" : $"reset; the {Kept} stays");
        }

        return ExitCodes.Done;
    }
}
