using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Cloud;
using Hub.Simulator.Cloud.Access;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>A cloud in this process, which other verbs on its data folder can reach.</summary>
internal sealed class LocalCloud : IAsyncDisposable
{
    private readonly string _dataFolder;

    private LocalCloud(string dataFolder, CloudServer server, CloudOptions options)
    {
        _dataFolder = dataFolder;
        Server = server;
        Url = Server.Address.GetLeftPart(UriPartial.Authority);
        PublicUrl = new UriBuilder(server.Address) { Host = PublicHost(server, options) }.Uri.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>The cloud.</summary>
    public CloudServer Server { get; }

    /// <summary>Its address on this machine.</summary>
    public string Url { get; }

    /// <summary>Its address for others.</summary>
    public string PublicUrl { get; }

    /// <summary>Where a hub in this process connects.</summary>
    public string HubUrl => "ws" + Url[4..];

    /// <summary>The command that connects a hub on the machine where it is to run.</summary>
    public string HubLine
    {
        get
        {
            string url = "ws" + PublicUrl[4..];
            string ca = Server.Guard.Own is OwnCertificate own ? " --ca " + Quoted(own.CaPath) : "";
            return Server.Guard.Access.IsOpen ? $"Hub.Simulator run --cloud {url}" : $"Hub.Simulator cloud set --url {url}{ca}";
        }
    }

    /// <summary>Starts one on loopback, for the hub of this process. Errors: of the verb.</summary>
    public static Task<LocalCloud> StartAsync(CliContext context, string dataFolder, int port) =>
        StartAsync(dataFolder, new CloudOptions { Port = port, DataFolder = CloudRunFile.FolderOf(dataFolder), Log = context.NewLog() });

    /// <summary>Starts it. Errors: of the verb.</summary>
    /// <param name="dataFolder">The data folder whose other verbs should find it.</param>
    /// <param name="options">How.</param>
    public static async Task<LocalCloud> StartAsync(string dataFolder, CloudOptions options)
    {
        LocalCloud cloud = new(dataFolder, await ServeAsync(options), options);
        try
        {
            cloud.WriteRunFile();
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        CloudRunFile.Delete(_dataFolder);
        await Server.DisposeAsync();
    }

    /// <summary>A path as a shell needs it.</summary>
    public static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/\\:._-".Contains(c, StringComparison.Ordinal)) ? path : "\"" + path + "\"";

    private static async Task<CloudServer> ServeAsync(CloudOptions options)
    {
        try
        {
            return await CloudServer.StartAsync(options);
        }
        catch (HubException e) when (e.Code == ErrorCode.ConnectFailed)
        {
            bool isTaken = e.InnerException is IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException };
            throw new VerbException(
                ExitCodes.Failed,
                "port_in_use",
                isTaken ? $"port {options.Port} is in use, perhaps by another cloud: stop that program, or give another port with --port (0 for a free one)" : e.Message,
                null,
                e);
        }
    }

    /// <summary>A given name first, else the address that a hub most likely reaches.</summary>
    private static string PublicHost(CloudServer server, CloudOptions options)
    {
        string? host = options.Names.Count > 0 ? options.Names[0] : null;
        if (host == null && !server.Guard.Access.IsLoopback)
        {
            IPAddress[] addresses = OwnNames.Addresses(options.Listen);
            host = (Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault())?.ToString();
        }

        return host == null ? server.Address.Host : host.Contains(':', StringComparison.Ordinal) ? "[" + host + "]" : host;
    }

    private void WriteRunFile()
    {
        try
        {
            new CloudRunFile { Url = Url, Ca = Server.Guard.Own?.CaPem, Token = Server.Guard.LocalToken }.Write(_dataFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw VerbException.Of(ErrorCode.StorageFailed, $"cannot write to '{CloudRunFile.FolderOf(_dataFolder)}': {e.Message}");
        }
    }
}
