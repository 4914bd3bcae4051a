using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Tunnel;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>cloud claim: on a hub it shows a code and waits; with that code, at a cloud, it claims the hub.</summary>
internal static class CloudClaimVerb
{
    private const int CheckMs = 100;
    private const int Group = 4;

    public static Command Create(VerbConsole console)
    {
        Argument<string?> code = new("CODE") { Description = "The code that a hub shows, to claim it for the cloud that runs on this data folder (or --url); without it, this hub shows one", Arity = ArgumentArity.ZeroOrOne };
        CloudAddressFlags cloud = new();
        return CliApp.Verb("claim", "Claim a hub for a cloud, so that they know each other", [code, .. cloud.All], console, context =>
            context.Get(code) is string typed ? ClaimAsync(context, cloud, typed) : ShowCodeAsync(context));
    }

    private static async Task<int> ClaimAsync(CliContext context, CloudAddressFlags cloud, string code)
    {
        using CloudHttp http = cloud.Open(context);
        string hubId = await http.ClaimAsync(code, context.Cancel);
        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, json =>
            {
                json.WriteStartObject();
                json.WriteString("result", "claimed");
                json.WriteString("hub_id", hubId);
                json.WriteEndObject();
            });
        }
        else
        {
            context.Say($"hub {hubId} is claimed");
        }

        return ExitCodes.Done;
    }

    private static async Task<int> ShowCodeAsync(CliContext context)
    {
        if (context.IsHosted)
        {
            using HubSession running = context.OpenSession();
            return await ShowCodeAsync(context, running.Hub);
        }

        // No hub runs, so this process connects to the cloud for the time of the claim.
        using HeldFolder held = DataFolder.LockForRun(context.Folder);
        using HubSession session = context.OpenToRun(context.Folder, isWithinBoardLimits: false, networks: null);
        session.Hub.StartCloud(null);
        return await ShowCodeAsync(context, session.Hub);
    }

    private static async Task<int> ShowCodeAsync(CliContext context, FarmHub hub)
    {
        Secret? before = hub.Config.Cloud?.Secret;
        string code = Begin(hub);
        string shown = $"{code[..Group]}-{code[Group..(2 * Group)]}-{code[(2 * Group)..]}";
        CloudTunnel cloud = hub.Cloud!;
        context.Say($"code {shown}, good for 15 minutes and once");
        context.Say($"enter it in the dashboard of {cloud.State.Url}, or on that machine: Hub.Simulator cloud claim {shown}");
        string? error = null;
        int leftMs = cloud.ClaimLeftMs;
        while (cloud.ClaimLeftMs > 0)
        {
            if (cloud.ClaimLeftMs > leftMs)
            {
                throw new VerbException(ExitCodes.Failed, "claim_replaced", "another 'cloud claim' made a new code, so this one is void");
            }

            leftMs = cloud.ClaimLeftMs;
            if (cloud.State.Error is string news && news != error)
            {
                error = news;
                context.Console.Error.WriteLine(error);
            }

            await Task.Delay(CheckMs, context.Cancel);
            context.ThrowIfHubEnds();
        }

        if (Secret.AreSame(before, hub.Config.Cloud?.Secret))
        {
            throw VerbException.Of(ErrorCode.Timeout, "no one entered the code in time: run 'cloud claim' again");
        }

        string url = cloud.State.Url!;
        if (context.Json)
        {
            JsonOutput.Write(context.Console.Out, json =>
            {
                json.WriteStartObject();
                json.WriteString("result", "claimed");
                json.WriteString("url", url);
                json.WriteEndObject();
            });
        }
        else
        {
            context.Say("claimed by " + url);
        }

        return ExitCodes.Done;
    }

    private static string Begin(FarmHub hub)
    {
        try
        {
            return hub.BeginCloudClaim();
        }
        catch (HubException e) when (e.Code == ErrorCode.ConfigInvalid)
        {
            throw VerbException.Usage(e.Message + " ('cloud set --url wss://…', then start the hub without '--cloud none')");
        }
    }
}
