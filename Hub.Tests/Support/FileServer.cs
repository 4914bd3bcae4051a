using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Tests.Support;

/// <summary>An HTTP server that gives one file, as the base cloud does (Content-Length, no Range), or whatever else a test says.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _requests = [];

    public FileServer(byte[] file)
    {
        File = file;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public byte[] File { get; set; }

    /// <summary>The whole answer instead of the file; null for the file.</summary>
    public string? Answer { get; set; }

    /// <summary>When set, the answer waits for it.</summary>
    public ManualResetEvent? Gate { get; set; }

    /// <summary>The file's link, with the token in its path.</summary>
    public string Url => "http://127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture) + "/api/v1/files/download/c2VjcmV0LXRva2VuLW9mLXRoZS1maWxl+/==";

    public int Requests
    {
        get
        {
            lock (_requests)
            {
                return _requests.Count;
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        try
        {
            using StreamReader reader = new(client.GetStream(), Encoding.ASCII, false, 1024, leaveOpen: true);
            string head = "";
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                head += line + "\n";
            }

            if (head.Length == 0)
            {
                // A connection without a request.
                return;
            }

            lock (_requests)
            {
                _requests.Add(head);
            }

            Gate?.WaitOne(Patience.LimitMs);
            byte[] first = Encoding.ASCII.GetBytes(Answer ?? $"HTTP/1.1 200 OK\r\nContent-Disposition: attachment\r\nContent-Length: {File.Length}\r\n\r\n");
            await client.GetStream().WriteAsync(first);
            if (Answer == null)
            {
                await client.GetStream().WriteAsync(File);
            }

            client.Client.Shutdown(SocketShutdown.Send);
            await reader.ReadToEndAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The hub ended it.
        }
    }
}
