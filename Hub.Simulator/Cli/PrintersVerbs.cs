using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>printers: the configuration.</summary>
internal static class PrintersVerbs
{
    public static Command Create(VerbConsole console)
    {
        Command printers = new("printers", "Manage the configured printers");
        printers.Subcommands.Add(PrintersListVerb.Create(console));
        printers.Subcommands.Add(PrintersAddVerb.Create(console));
        printers.Subcommands.Add(Edit(console));
        printers.Subcommands.Add(Switch("enable", "Connect to a disabled printer again", true, console));
        printers.Subcommands.Add(Switch("disable", "Keep a printer's settings, but do not connect to it", false, console));
        printers.Subcommands.Add(Remove(console));
        printers.Subcommands.Add(PrintersTestVerb.Create(console));
        printers.Subcommands.Add(PrintersImportVerb.Create(console));
        printers.Subcommands.Add(PrintersExportVerb.Create(console));
        return printers;
    }

    /// <summary>Reads and changes the configuration under its edit lock, and reports the result.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="idOf">Returns the changed printer, or null for several; called after the change.</param>
    /// <param name="change">Makes the change and returns its description.</param>
    public static int Change(CliContext context, Func<string?> idOf, Func<HubSession, string> change)
    {
        using IDisposable held = DataFolder.LockForEdit(context.Folder);
        if (!context.IsHosted && DataFolder.IsRunning(context.Folder))
        {
            throw new VerbException(ExitCodes.Failed, "hub_started", "a hub started on this data folder just now: try again");
        }

        using HubSession session = context.OpenSession();

        // Only warnings that the change causes are shown, not earlier ones.
        string[] known = session.Config.Warnings;
        if (!context.IsHosted)
        {
            session.Log.Minimum = (LogLevel)Math.Min((int)session.Log.Minimum, (int)LogLevel.Warning);
        }

        string done;
        try
        {
            done = change(session);
        }
        catch (HubException e) when (e.Code == ErrorCode.UnknownPrinter)
        {
            PrinterSession.Find(session, idOf()!);
            throw;
        }

        string? id = idOf();
        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("result", done);
                if (id != null)
                {
                    writer.WriteString("printer", id);
                }

                writer.WriteEndObject();
            });
        }
        else
        {
            context.Say(id == null ? done : $"{id}: {done}");
        }

        ShowHosted(context, session.Config.Warnings.Except(known));
        return ExitCodes.Done;
    }

    /// <summary>Shows warnings about a running hub's configuration; those about this process's own are already in its log.</summary>
    public static void ShowHosted(CliContext context, IEnumerable<string> warnings)
    {
        foreach (string warning in context.IsHosted ? warnings : [])
        {
            context.Console.Error.WriteLine(OneLine.Of(warning));
        }
    }

    private static int Change(CliContext context, string id, Func<HubSession, string> change) => Change(context, () => id, change);

    private static Argument<string> IdArgument() => new("PRINTER") { Description = "The printer's id" };

    private static Command Edit(VerbConsole console)
    {
        Argument<string> id = IdArgument();
        PrinterFlags flags = new();
        Option<bool> trustNew = new("--trust-new") { Description = "Trust the next certificate that a Bambu printer presents" };
        return CliApp.Verb("edit", "Change a printer's settings; an empty value removes a setting", [id, .. flags.All, trustNew], console, context =>
        {
            System.Collections.Hashtable changes = flags.Read(context);
            if (context.Get(trustNew))
            {
                return Change(context, context.Get(id), session => TrustedAnew(session, context.Get(id), changes));
            }

            if (changes.Count == 0)
            {
                throw VerbException.Usage("nothing to change: give a flag such as --url or --api-key", context.Get(id));
            }

            return Change(context, context.Get(id), session => Edited(session, context.Get(id), changes));
        });
    }

    private static string Edited(HubSession session, string id, System.Collections.Hashtable changes)
    {
        try
        {
            session.Config.Update(id, changes);
            return "changed";
        }
        catch (HubException e) when (e.Code == ErrorCode.ConfigInvalid)
        {
            throw VerbException.Usage(e.Message, id);
        }
    }

    /// <summary>Forgets the trusted certificate, wherever it is stored: the next connection trusts the certificate it gets.</summary>
    private static string TrustedAnew(HubSession session, string id, System.Collections.Hashtable changes)
    {
        PrinterSession.Find(session, id);
        try
        {
            PrinterTrust.Renew(session.Config, new TrustStore(session.Hub.Hal.Nvs, session.Hub.Hal.Hash), session.Hub.Hal.Sockets, id, changes);
        }
        catch (HubException e) when (e.Code == ErrorCode.NotSupported)
        {
            throw VerbException.Usage("--trust-new is for Bambu printers", id);
        }
        catch (HubException e) when (e.Code == ErrorCode.ConfigInvalid)
        {
            throw VerbException.Usage(e.Message, id);
        }

        if (session.IsHosted)
        {
            session.Hub.TryNow(id);
        }

        return "the next certificate that it presents is trusted ('printers test " + id + "' shows it)";
    }

    private static Command Switch(string name, string description, bool enabled, VerbConsole console)
    {
        Argument<string> id = IdArgument();
        return CliApp.Verb(name, description, [id], console, context => Change(context, context.Get(id), session =>
        {
            session.Config.Update(context.Get(id), new System.Collections.Hashtable { ["enabled"] = enabled });
            return enabled ? "enabled" : "disabled";
        }));
    }

    private static Command Remove(VerbConsole console)
    {
        Argument<string> id = IdArgument();
        return CliApp.Verb("remove", "Remove a printer from the configuration", [id], console, context => Change(context, context.Get(id), session =>
        {
            session.Config.Remove(context.Get(id));
            return "removed";
        }));
    }
}
