using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>The secrets of claimed hubs, stored. Thread: any. Errors: exceptions of the storage.</summary>
internal interface IHubSecrets
{
    /// <summary>The secret of a hub; null for one that was never claimed here.</summary>
    ValueTask<string?> FindAsync(string hubId);

    /// <summary>Stores the secret of a hub that was just claimed, and returns once it is durable.</summary>
    Task SetAsync(string hubId, string secret);
}
