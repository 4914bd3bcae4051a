using System;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hub.Simulator.Cloud;

/// <summary>Who may use this cloud, as its options and its store say: token, sessions, certificate, hubs. Thread: any.</summary>
internal sealed class CloudGuard : IDisposable
{
    private const string TokenSetting = "token_hash";
    private const string LogArea = "cloud";

    private readonly CloudAccess _access;
    private readonly Claims _claims;
    private readonly IServerCertificate? _certificate;

    private CloudGuard(AccessOptions access, StoredAccess stored, IServerCertificate? certificate, string? freshToken, string? localToken)
    {
        Access = access;
        FreshToken = freshToken;
        LocalToken = localToken;
        _certificate = certificate;
        _access = new CloudAccess(access, stored);
        _claims = new Claims(access, stored);
        Gate = new HubGate(access, stored, _claims);
    }

    /// <summary>What is in force.</summary>
    public AccessOptions Access { get; }

    /// <summary>Which hubs may connect.</summary>
    public IHubGate Gate { get; }

    /// <summary>The access token, when this start made it: the only time that it can be shown. Null otherwise.</summary>
    public string? FreshToken { get; }

    /// <summary>A token for programs on this machine, good until the cloud ends; null where none is needed.</summary>
    public string? LocalToken { get; }

    /// <summary>True when the cloud is reached with TLS.</summary>
    public bool IsTls => _certificate != null;

    /// <summary>The cloud's own authority; null where there is none.</summary>
    public OwnCertificate? Own => _certificate as OwnCertificate;

    /// <summary>Reads, or makes, what the store and the folder hold. Errors: storage_failed; config_invalid for options that do not fit together.</summary>
    public static async Task<CloudGuard> OpenAsync(CloudOptions options, CloudStore store)
    {
        bool isLoopback = IPAddress.IsLoopback(options.Listen);
        bool needsToken = !isLoopback || options.Token != null;
        (AccessToken? token, string? fresh) = needsToken ? await TokenAsync(options, store).ConfigureAwait(false) : (null, null);
        string? local = needsToken ? AccessToken.Make() : null;
        AccessOptions access = new()
        {
            IsLoopback = isLoopback,
            Token = token,
            LocalToken = local == null ? null : AccessToken.Of(local),
            AllowUnsigned = options.AllowUnsigned,
            Names = isLoopback ? [.. options.Names] : OwnNames.All(options.Names, options.Listen),
            Clock = options.Clock,
        };
        return new CloudGuard(access, new StoredAccess(store), Certificate(options, isLoopback), fresh, local);
    }

    /// <summary>Listens with TLS where there is a certificate.</summary>
    public void Use(ListenOptions listen)
    {
        if (_certificate != null)
        {
            Certificates.Use(listen, _certificate);
        }
    }

    /// <summary>Asks it before every request, and adds the routes for people who log in or claim a hub.</summary>
    public void Use(WebApplication app)
    {
        _access.Use(app);
        ClaimEndpoint.Map(app, _claims);
    }

    /// <summary>False once a request that lasts, such as a WebSocket, has outlived the session that let it in. While the storage fails, it goes on.</summary>
    public async Task<bool> StillAllowsAsync(HttpContext context)
    {
        try
        {
            return await _access.StillAllowsAsync(context).ConfigureAwait(false);
        }
        catch (HubException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        _access.Dispose();
        _claims.Dispose();
        _certificate?.Dispose();
    }

    private static async Task<(AccessToken Token, string? Fresh)> TokenAsync(CloudOptions options, CloudStore store)
    {
        if (options.Token != null)
        {
            return (AccessToken.Of(options.Token), null);
        }

        string? hash = options.MakesNewToken ? null : await store.Sessions.SettingAsync(TokenSetting).ConfigureAwait(false);
        if (hash != null && AccessToken.OfHash(hash) is AccessToken stored)
        {
            return (stored, null);
        }

        string fresh = AccessToken.Make();
        AccessToken token = AccessToken.Of(fresh);
        await store.Sessions.SetSettingAsync(TokenSetting, token.Hash).ConfigureAwait(false);
        return (token, fresh);
    }

    private static IServerCertificate? Certificate(CloudOptions options, bool isLoopback)
    {
        try
        {
            void Warn(string message) => options.Log.Warning(LogArea, message);
            if (options.CertificateFile != null)
            {
                return new GivenCertificate(options.CertificateFile, options.KeyFile ?? options.CertificateFile, options.Clock, Warn);
            }

            if (isLoopback)
            {
                return null;
            }

            string folder = options.DataFolder ?? throw new HubException(ErrorCode.ConfigInvalid, "a cloud beyond loopback needs a data folder for its certificate authority");
            return OwnCertificate.Open(folder, () => OwnNames.All(options.Names, options.Listen), options.Clock, Warn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(ErrorCode.StorageFailed, e.Message, e);
        }
    }
}
