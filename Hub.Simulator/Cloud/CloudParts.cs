using System;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Hubs;

namespace Hub.Simulator.Cloud;

/// <summary>The cloud without its web server: what it knows, and who talks to the hubs.</summary>
internal sealed class CloudParts : IDisposable
{
    /// <summary>Makes them; nothing runs but the timer of the hub connections.</summary>
    public CloudParts(CloudOptions options)
    {
        Options = options;
        Farm = new FarmPicture();
        Hubs = new HubRegistry(options.Clock);
        Gate = new OpenGate();
        Inbox = new HubInbox(Hubs, Farm, Gate, options.Log, options.Clock);
        Endpoint = new HubEndpoint(Inbox);
    }

    /// <summary>How the cloud was started.</summary>
    public CloudOptions Options { get; }

    /// <summary>The printers.</summary>
    public FarmPicture Farm { get; }

    /// <summary>The hubs.</summary>
    public HubRegistry Hubs { get; }

    /// <summary>Which hubs may connect.</summary>
    public IHubGate Gate { get; }

    /// <summary>What the hubs' messages lead to.</summary>
    public HubInbox Inbox { get; }

    /// <summary>Where hubs connect.</summary>
    public HubEndpoint Endpoint { get; }

    public void Dispose() => Endpoint.Dispose();
}
