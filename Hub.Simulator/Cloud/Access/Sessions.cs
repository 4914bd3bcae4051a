using System;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;

namespace Hub.Simulator.Cloud.Access;

/// <summary>
/// Browsers that have shown the token, so that pages need not keep it. Stored is a hash of the session's id and of the token: no id can be read there, and a new
/// token ends all sessions. Thread: any.
/// </summary>
internal sealed class Sessions(ISessionStore store, AccessToken? token, TimeProvider clock)
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const int IdBytes = 32;
    private const int IdLength = 43;

    /// <summary>Begins a session and returns its id, which only the browser keeps.</summary>
    public async Task<string> BeginAsync()
    {
        string id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        await store.AddAsync(HashOf(id), clock.GetUtcNow() + Lifetime).ConfigureAwait(false);
        return id;
    }

    /// <summary>True while the session lasts.</summary>
    public async Task<bool> HasAsync(string id) => id.Length == IdLength && await store.HasAsync(HashOf(id)).ConfigureAwait(false);

    /// <summary>Ends the session at once.</summary>
    public Task EndAsync(string id) => store.RemoveAsync(HashOf(id));

    private string HashOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token?.Hash + ":" + id)));
}
