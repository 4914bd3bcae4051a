using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Cloud.Rest;
using Hub.Simulator.Cloud.Store;
using Hub.Simulator.Virtual;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Simulator.Cloud;

/// <summary>The local cloud (docs/cloud.md): hubs connect to it, people and programs use its REST API. Thread: any.</summary>
internal sealed class CloudServer : IAsyncDisposable
{
    private const string DatabaseFile = "cloud.db";

    /// <summary>Of a request that is not a file.</summary>
    private const int MaxBodyBytes = 1024 * 1024;

    private const int MaxRequestBufferBytes = 1024 * 1024;
    private const int MaxResponseBufferBytes = 512 * 1024;

    private readonly WebApplication _app;
    private readonly CloudParts _parts;

    private CloudServer(WebApplication app, CloudParts parts, Uri address)
    {
        _app = app;
        _parts = parts;
        Address = address;
    }

    /// <summary>Its address on this machine, with the port that it got.</summary>
    public Uri Address { get; }

    /// <summary>Who may use it.</summary>
    public CloudGuard Guard => _parts.Guard;

    /// <summary>Starts listening.</summary>
    /// <exception cref="HubException">ConnectFailed when the address or port cannot be used; storage_failed for its folder, database or certificates.</exception>
    public static async Task<CloudServer> StartAsync(CloudOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CloudParts parts = await OpenAsync(options);
        ListenOptions? listener = null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new CloudLogging(options.Log));

        // It logs what StartAsync throws anyway.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestBufferSize = MaxRequestBufferBytes;
            kestrel.Limits.MaxResponseBufferSize = MaxResponseBufferBytes;
            kestrel.Listen(options.Listen, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                parts.Guard.Use(listen);
                listener = listen;
            });
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>();
        Configure(builder.Services);
        WebApplication app = builder.Build();
        Map(app, parts);
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            await parts.DisposeAsync();
            throw new HubException(ErrorCode.ConnectFailed, "The cloud cannot listen on " + options.Listen + ":" + options.Port + " (" + e.Message.Split('\n')[0].Trim() + "): choose another port or stop the program that uses it.", e);
        }

        IPEndPoint end = (IPEndPoint)listener!.EndPoint;
        IPAddress own = end.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : end.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : end.Address;
        return new CloudServer(app, parts, new UriBuilder(parts.Guard.IsTls ? "https" : "http", own.ToString(), end.Port).Uri);
    }

    /// <summary>Ends all connections and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _parts.Endpoint.CloseAll();

        // A hub's connection never ends by itself, so nothing is waited for.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        await _parts.DisposeAsync();
    }

    private static async Task<CloudParts> OpenAsync(CloudOptions options)
    {
        MakeFolder(options.DataFolder);
        CloudStore store = CloudStore.Open(options.DataFolder == null ? null : Path.Combine(options.DataFolder, DatabaseFile), options.Clock, options.Log);
        CloudParts? parts = null;
        try
        {
            parts = new CloudParts(options, store, await CloudGuard.OpenAsync(options, store));
            await parts.LoadAsync();
            return parts;
        }
        catch
        {
            await (parts?.DisposeAsync() ?? store.DisposeAsync());
            throw;
        }
    }

    private static void MakeFolder(string? folder)
    {
        try
        {
            _ = folder == null ? null : new PrivateFiles(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException(ErrorCode.StorageFailed, "The cloud cannot use the folder '" + folder + "': " + e.Message, e);
        }
    }

    private static void Configure(IServiceCollection services)
    {
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        ApiDescription.AddTo(services);
        services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, RestJson.Default);
        });
    }

    /// <summary>The order of the pipeline: errors, access, repeated requests with their errors, routes.</summary>
    private static void Map(WebApplication app, CloudParts parts)
    {
        app.Use(next => context => RestErrors.HandleAsync(context, next, parts.Options.Log));
        app.UseWebSockets();
        parts.Guard.Use(app);
        app.Use(next => context => IdempotencyKeys.HandleAsync(context, next, parts.Store));
        app.Use(next => context => RestErrors.HandleAsync(context, next, parts.Options.Log));
        app.UseRouting();
        app.MapGet("/ws/hub/{id}", parts.Endpoint.HandleAsync).ExcludeFromDescription();
        app.MapOpenApi();
        HubRoutes hubs = new(parts.Hubs, parts.Farm, parts.Store);
        hubs.Map(app);
        app.MapGet("/ws/dashboard", new DashboardSocket(parts.Farm, parts.Hubs, hubs, parts.Transfers, parts.Guard.StillAllowsAsync, parts.Options.Clock).HandleAsync).ExcludeFromDescription();
        new PrinterRoutes(parts.Farm).Map(app);
        new CommandRoutes(parts.Hubs, parts.Farm, parts.Webhooks).Map(app);
        new ConfigureRoutes(parts.Hubs, parts.Farm).Map(app);
        new RequestRoutes(parts.Hubs).Map(app);
        new TransferRoutes(parts.Hubs, parts.Farm, parts.Transfers).Map(app);
        new WebhookRoutes(parts.Webhooks).Map(app);
        new HistoryRoutes(parts.Store, parts.Farm, parts.Options.Clock).Map(app);
    }

    /// <summary>Ctrl+C belongs to the command line.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
