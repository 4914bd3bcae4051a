using System.CommandLine;
using Hub.Core.Configuration;
using Hub.Core.Hal;
using Hub.Core.Tunnel;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>cloud show</summary>
internal static class CloudShowVerb
{
    public static Command Create(VerbConsole console) => CliApp.Verb("show", "Show the cloud that the hub connects to", [], console, context =>
    {
        using HubSession session = context.OpenSession();
        CloudConfig? cloud = session.Config.Cloud;
        TunnelState? state = session.IsHosted ? session.Hub.Cloud?.State : null;
        string hubId = cloud?.HubId ?? session.Hub.Hal.System.DeviceId;
        if (context.Json)
        {
            WriteJson(context, cloud, state, hubId);
        }
        else
        {
            Write(context, cloud, state, hubId);
        }

        return ExitCodes.Done;
    });

    private static void Write(CliContext context, CloudConfig? cloud, TunnelState? state, string hubId)
    {
        if (cloud == null && state?.Url == null)
        {
            context.Say("no cloud is set: 'cloud set --url wss://…' sets one");
            return;
        }

        string url = state?.Url ?? cloud!.Url;
        context.Say("cloud       " + (url.Length == 0 ? "no address yet: 'cloud set --url wss://…' sets one" : url) + (cloud == null ? " (this run only)" : ""));
        context.Say("hub id      " + hubId);
        Say(context, "hub name    ", state?.HubName ?? cloud?.HubName);
        Say(context, "account     ", state?.TenantId ?? cloud?.TenantId);
        context.Say("secret      " + (cloud?.Secret == null ? "none: the hub's hello is not signed ('cloud claim' gets one)" : "set"));
        context.Say("trust       " + Trust(cloud?.Tls));
        context.Say("connection  " + (state == null ? "no hub runs on this data folder" : TunnelPhases.Name(state.Phase) + (state.Error == null ? "" : ": " + state.Error)));
    }

    private static void Say(CliContext context, string label, string? text)
    {
        if (text != null)
        {
            context.Say(label + text);
        }
    }

    private static string Trust(TlsOptions? tls)
    {
        if (tls?.PinSha256 != null)
        {
            return "the certificate with SHA-256 " + tls.PinSha256;
        }

        return tls == null ? "the operating system's authorities" : tls.Insecure ? "any certificate" : "the authority that was given";
    }

    private static void WriteJson(CliContext context, CloudConfig? cloud, TunnelState? state, string hubId) => JsonOutput.Write(context.Console.Out, json =>
    {
        json.WriteStartObject();
        string? url = state?.Url ?? cloud?.Url;
        if (!string.IsNullOrEmpty(url))
        {
            json.WriteString("url", url);
        }

        json.WriteString("hub_id", hubId);
        if ((state?.HubName ?? cloud?.HubName) is string name)
        {
            json.WriteString("hub_name", name);
        }

        if ((state?.TenantId ?? cloud?.TenantId) is string tenant)
        {
            json.WriteString("tenant_id", tenant);
        }

        json.WriteBoolean("secret_set", cloud?.Secret != null);
        if (state != null)
        {
            json.WriteString("state", TunnelPhases.Name(state.Phase));
            if (state.Error != null)
            {
                json.WriteString("error", state.Error);
            }
        }

        json.WriteEndObject();
    });
}
