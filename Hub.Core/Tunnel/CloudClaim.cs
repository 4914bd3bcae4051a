using System;
using System.Collections;
using System.Text;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Text;

namespace Hub.Core.Tunnel;

/// <summary>
/// Claiming a hub for a cloud: the hub shows a one-time code, a person enters it in the cloud, and the cloud sends the hub's secret. Only the
/// code's hash crosses the network before. Thread: any.
/// </summary>
internal sealed class CloudClaim
{
    /// <summary>How long a code is valid, in ms.</summary>
    public const int ValidMs = 15 * 60 * 1000;

    private const int CodeLength = 12;
    private const string SecretKey = "secret";
    private const string UrlKey = "url";

    private readonly object _gate = new object();
    private readonly IHal _hal;
    private readonly ConfigManager _config;
    private string? _proof;
    private long _untilMs;
    private int _count;

    public CloudClaim(IHal hal, ConfigManager config)
    {
        _hal = hal;
        _config = config;
    }

    /// <summary>How many codes there were: another number is a new code.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>For how long the code is valid, in ms; 0 when there is none.</summary>
    public int LeftMs
    {
        get
        {
            lock (_gate)
            {
                return Left();
            }
        }
    }

    /// <summary>What the hub's hello shows of its code: base64 of the code's SHA-256; null when there is none.</summary>
    public string? Proof
    {
        get
        {
            lock (_gate)
            {
                return Left() > 0 ? _proof : null;
            }
        }
    }

    /// <summary>Makes a code of 12 base32 characters from entropy; an earlier one is void.</summary>
    public string Begin()
    {
        byte[] random = new byte[CodeLength];
        _hal.System.FillRandom(random);
        string text = Base32.CodeOf(random);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string proof = Convert.ToBase64String(_hal.Hash.Sha256(bytes, 0, bytes.Length));
        lock (_gate)
        {
            _proof = proof;
            _untilMs = _hal.Clock.NowMs + ValidMs;
            _count++;
        }

        return text;
    }

    /// <summary>
    /// The cloud claimed the hub: stores the secret, with the cloud's address, in cloud.json, and forgets the code. Errors:
    /// <see cref="ErrorCode.Refused"/> without a valid code, or over a connection that others may read; those of the storage.
    /// </summary>
    public void Accept(Secret secret, TunnelSettings cloud)
    {
        if (!cloud.IsPrivate)
        {
            throw NotPrivate(cloud);
        }

        if (Proof == null)
        {
            throw new HubException(ErrorCode.Refused, "it sent a secret for this hub, which shows no code now: begin the claim again");
        }

        Hashtable changes = new Hashtable();
        changes[UrlKey] = cloud.Url;
        changes[SecretKey] = secret.Reveal();
        _config.SetCloud(changes);
        lock (_gate)
        {
            _proof = null;
            _untilMs = 0;
        }
    }

    /// <summary>Why a hub is not claimed over this connection.</summary>
    public static HubException NotPrivate(TunnelSettings cloud) => new HubException(
        ErrorCode.Refused, "a hub is claimed only over wss with a checked certificate: " + cloud.Url + " is not (set the cloud's certificate authority, and no 'insecure')");

    /// <summary>Under the lock.</summary>
    private int Left()
    {
        long leftMs = _untilMs - _hal.Clock.NowMs;
        return _proof == null || leftMs <= 0 ? 0 : (int)leftMs;
    }
}
