using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Printers;
using Hub.Core.Streams;
using Hub.Tests.Manager;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Tunnel;

/// <summary>A hub with scripted printers that read what is uploaded to them, and a cloud that streams files.</summary>
public abstract class FileStreamTestBase : TunnelTestBase
{
    private const int PieceBytes = 10_000;
    private const int SliceMs = 50;

    /// <summary>Bytes that differ wherever they are misplaced.</summary>
    private protected static byte[] Data(int size)
    {
        byte[] data = new byte[size];
        new Random(size).NextBytes(data);
        return data;
    }

    /// <summary>Starts the hub with these printers and waits until they are idle.</summary>
    private protected void Ready(params string[] printers)
    {
        Cloud.Capabilities ??= ["file_stream", "job_cancel", "gcode"];
        for (int i = 0; i < printers.Length; i++)
        {
            // One address is one machine, with one pending start.
            PrinterConfig printer = Octo(printers[i]);
            printer.Url = "http://127.0.0.1:" + (i + 1).ToString(CultureInfo.InvariantCulture);
            Hub.Config.Add(printer);
        }

        Start();
        foreach (string printer in printers)
        {
            Status(printer, "idle");
        }
    }

    /// <summary>Has a printer read what it is sent, and returns what it has got of the last file.</summary>
    private protected Printed Reads(string printer)
    {
        Printed printed = new();
        Client(printer).OnSource = printed.Read;
        return printed;
    }

    private protected static bool IsSuccess(JsonElement ack) => ack.GetProperty("success").GetBoolean();

    private protected static string Error(JsonElement message) => FakeCloud.Text(message, "error") ?? "";

    /// <summary>All that the cloud was told of a job's file.</summary>
    private protected JsonElement[] Progress(string jobId) => [.. Cloud.Of("file_progress").Where(p => FakeCloud.Text(p, "job_id") == jobId)];

    private protected string? Stage(string jobId) => Progress(jobId).LastOrDefault() is { ValueKind: JsonValueKind.Object } last ? FakeCloud.Text(last, "stage") : null;

    /// <summary>Waits for the last word on a job's file, and returns it. No time passes.</summary>
    private protected JsonElement Ended(string jobId, string stage)
    {
        Patience.Until(() => Stage(jobId) == stage, jobId + " is " + stage, () => string.Join("\n", Progress(jobId)) + "\n" + Lines);
        return Progress(jobId)[^1];
    }

    /// <summary>What a printer has got.</summary>
    internal sealed class Printed
    {
        private readonly MemoryStream _file = new();

        /// <summary>Set to let the printer accept bytes; it does at once unless a test says otherwise.</summary>
        public ManualResetEventSlim Gate { get; } = new(true);

        /// <summary>True once it has the whole file.</summary>
        public bool IsWhole { get; private set; }

        public byte[] Bytes
        {
            get
            {
                lock (_file)
                {
                    return _file.ToArray();
                }
            }
        }

        public void Read(IUploadSource source, IUploadProgress? progress, CancellationToken cancel)
        {
            lock (_file)
            {
                _file.SetLength(0);
            }

            byte[] piece = new byte[PieceBytes];
            while (true)
            {
                if (cancel.IsCancellationRequested)
                {
                    throw new HubException(ErrorCode.Cancelled, "cancelled");
                }

                if (!Gate.Wait(SliceMs, CancellationToken.None))
                {
                    continue;
                }

                int read = source.Read(piece, 0, piece.Length, 0);
                if (read == 0)
                {
                    IsWhole = true;
                    return;
                }

                if (read < 0)
                {
                    Thread.Sleep(1);
                    continue;
                }

                lock (_file)
                {
                    _file.Write(piece, 0, read);
                    progress?.Report(_file.Length, source.Length);
                }
            }
        }
    }
}
