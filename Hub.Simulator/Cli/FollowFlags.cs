using System;
using System.CommandLine;
using Hub.Core.Discovery;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>The flags of a running hub that listens to announcements, and the listening.</summary>
internal sealed class FollowFlags
{
    public Option<bool> NoDiscovery { get; } = new("--no-discovery") { Description = "Do not follow Bambu printers that announce another address" };

    public Option<string?> Interface { get; } = InterfaceOption();

    /// <summary>Listens until it is disposed of; null when it is switched off.</summary>
    public IDisposable? Start(CliContext context, HubSession session)
    {
        if (context.Get(NoDiscovery))
        {
            return null;
        }

        TrustStore trust = new(session.Hal.Nvs, session.Hal.Hash);
        AddressFollower follower = new(session.Hal, session.Log, session.Config, trust, new Links(session), context.Get(Interface), SsdpMessage.BambuPort);
        follower.Start();
        return follower;
    }

    private static Option<string?> InterfaceOption()
    {
        Option<string?> option = new("--interface") { Description = "Address of this machine where announcements are listened for (the system chooses)", HelpName = "ADDRESS" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Ipv4.IsUnicast(result.Tokens[0].Value))
            {
                result.AddError("--interface must be an IPv4 address of this machine.");
            }
        });
        return option;
    }

    private sealed class Links(HubSession session) : ILinkStates
    {
        public LinkState LinkOf(string id) => session.Manager.Link(id);
    }
}
