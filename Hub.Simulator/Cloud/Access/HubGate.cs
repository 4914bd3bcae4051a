using System;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// Which hubs may connect: one that was claimed must sign, always. One that was not is welcome where every program is trusted, or
/// where the cloud was started for old hubs; else a person must enter its code. Thread: any.
/// </summary>
internal sealed class HubGate(AccessOptions options, IHubSecrets secrets, Claims claims) : IHubGate
{
    public async ValueTask<HubVerdict> JudgeAsync(HubGreeting greeting)
    {
        string? secret;
        try
        {
            secret = await secrets.FindAsync(greeting.HubId).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whether it must sign is not known, so it is not let in.
            return HubVerdict.Refused("storage_failed", "the cloud cannot read its secrets: check its disk");
        }

        HubVerdict? objection = secret == null ? null : HelloCheck.Objection(greeting, secret, options.Clock.GetUtcNow());
        bool isTrusted = secret == null ? options.IsOpen || options.AllowUnsigned : objection == null;
        if (greeting.Claim == null || (secret != null && isTrusted))
        {
            return isTrusted ? HubVerdict.Welcome : objection ?? NotClaimed;
        }

        // Also one that was claimed before: it may have been reset. A person sees its code on the very hub.
        if (!ClaimCode.IsHash(greeting.Claim))
        {
            return HubVerdict.Refused("bad_claim", "the hub's claim is no SHA-256 in base64");
        }

        if (claims.TryAdd(greeting))
        {
            return isTrusted ? HubVerdict.Welcome : HubVerdict.Pending;
        }

        return isTrusted ? HubVerdict.Welcome : HubVerdict.Refused("too_many_pending", "too many hubs wait to be claimed: try again later");
    }

    public void Gone(HubGreeting greeting) => claims.Remove(greeting);

    private static HubVerdict NotClaimed { get; } = HubVerdict.Refused(
        "not_claimed", "this hub is not claimed here: run 'cloud claim' on it, and enter the code that it shows at the cloud");
}
