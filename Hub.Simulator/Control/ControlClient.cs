using System;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Logging;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Control;

/// <summary>Runs a verb in the hub that holds the data folder; this process is only its terminal.</summary>
internal static class ControlClient
{
    private const string LogArea = "control";
    private const int RetryMs = 25;

    /// <summary>An emergency stop does not wait for a hub that hangs.</summary>
    private const int EmergencyPatienceMs = 1000;

    /// <summary>After Ctrl+C: longer than a cancelled upload takes.</summary>
    private const int StopMs = 8000;
    private const int InputChars = 4096;

    /// <summary>Runs a verb in the hub that holds the folder.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="arguments">Verb and flags.</param>
    /// <param name="isEmergency">True for a verb that does not wait long for a hub that hangs, and then runs in this process.</param>
    /// <param name="console">Where it reads and writes.</param>
    /// <param name="cancel">Set by Ctrl+C.</param>
    /// <returns>Its exit code; null when no hub holds the folder, so that the verb has to run in this process.</returns>
    public static int? TryRun(string folder, string[] arguments, bool isEmergency, VerbConsole console, CancellationToken cancel)
    {
        int patienceMs = isEmergency ? EmergencyPatienceMs : console.HubPatienceMs;
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            using ControlChannel? channel = TryConnect(folder);
            if (channel != null && IsAccepted(channel, arguments, console, Math.Max(1, patienceMs - (int)watch.ElapsedMilliseconds), isEmergency))
            {
                return Serve(channel, console, cancel);
            }

            if (!DataFolder.IsRunning(folder))
            {
                return null;
            }

            if (watch.ElapsedMilliseconds >= patienceMs)
            {
                return isEmergency ? null : throw new VerbException(
                    ExitCodes.Unreachable, "hub_silent", $"a hub runs on '{folder}' and does not answer: stop it, or wait until it is ready");
            }

            if (cancel.WaitHandle.WaitOne(RetryMs))
            {
                throw VerbException.Stopped();
            }
        }
    }

    private static ControlChannel? TryConnect(string folder)
    {
        try
        {
            Socket? socket = ControlSocket.TryConnect(folder);
            if (socket == null || PeerUser.IsThisUser(socket))
            {
                return socket == null ? null : new ControlChannel(socket);
            }

            socket.Dispose();
            throw NotOurs(folder, "another user");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw NotOurs(folder, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Asks the hub to run the verb. False when it did not accept in time: it does not run the verb later either, because it waits
    /// for <see cref="FrameKind.Go"/>, so an emergency stop that the client then sends by itself is sent once. A hub that refuses it,
    /// such as one of another version, is one that does not accept.
    /// </summary>
    private static bool IsAccepted(ControlChannel channel, string[] arguments, VerbConsole console, int timeoutMs, bool isEmergency)
    {
        ControlRequest request = new() { Arguments = arguments, WorkingFolder = Environment.CurrentDirectory, Terminal = console.Traits };
        try
        {
            channel.ReadTimeoutMs = timeoutMs;
            channel.SendOne(FrameKind.Request, request.ToJson());
            (FrameKind kind, string text) = channel.Read();
            if (kind == FrameKind.Refused && !isEmergency)
            {
                throw new VerbException(ExitCodes.Failed, "hub_refused", text);
            }

            if (kind != FrameKind.Accepted)
            {
                return false;
            }

            channel.ReadTimeoutMs = 0;
            channel.SendOne(FrameKind.Go, "");
            return true;
        }
        catch (InvalidDataException e) when (!isEmergency)
        {
            throw new VerbException(ExitCodes.Failed, "hub_refused", e.Message, null, e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return false;
        }
    }

    private static int Serve(ControlChannel channel, VerbConsole console, CancellationToken cancel)
    {
        Timer? giveUp = null;
        using CancellationTokenRegistration stop = cancel.Register(() =>
        {
            giveUp = new Timer(_ => Guard.Try(null, LogArea, channel.Dispose), null, StopMs, Timeout.Infinite);
            TrySend(channel, FrameKind.Stop, "");
        });
        try
        {
            while (true)
            {
                (FrameKind kind, string text) = Read(channel, console, cancel);
                switch (kind)
                {
                    case FrameKind.Out:
                        console.Out.Write(text);
                        console.Out.Flush();
                        break;
                    case FrameKind.Error:
                        console.Error.Write(text);
                        break;
                    case FrameKind.AskInput:
                        // In the background: the verb may end before the user types.
                        Answer(channel, () => ReadInput(console));
                        break;
                    case FrameKind.AskSecret:
                        Answer(channel, () => console.AskSecret?.Invoke(text) ?? "");
                        break;
                    case FrameKind.Exit when int.TryParse(text, out int code):
                        return code;
                    default:
                        throw Garbled();
                }
            }
        }
        finally
        {
            giveUp?.Dispose();
        }
    }

    private static (FrameKind Kind, string Text) Read(ControlChannel channel, VerbConsole console, CancellationToken cancel)
    {
        try
        {
            return channel.Read();
        }
        catch (InvalidDataException)
        {
            throw Garbled();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            if (console.CanRedraw)
            {
                // The live display was interrupted.
                console.Ansi.Cursor.Show(true);
                console.Out.WriteLine();
            }

            throw cancel.IsCancellationRequested ? VerbException.Stopped() : VerbException.HubEnded();
        }
    }

    /// <summary>Input that cannot be read counts as end of input: the verb must not wait forever.</summary>
    private static void Answer(ControlChannel channel, Func<string> read) => Task.Run(() =>
    {
        string typed = "";
        Guard.Try(null, LogArea, () => typed = read());
        TrySend(channel, FrameKind.Input, typed);
    });

    private static string ReadInput(VerbConsole console)
    {
        char[] text = new char[InputChars + 1];
        int length = console.In.Read(text, 0, InputChars);
        if (length > 0 && char.IsHighSurrogate(text[length - 1]))
        {
            length += console.In.Read(text, length, 1);
        }

        return new string(text, 0, length);
    }

    private static void TrySend(ControlChannel channel, FrameKind kind, string text)
    {
        try
        {
            channel.SendOne(kind, text);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The verb has ended; its exit code follows.
        }
    }

    private static VerbException Garbled() =>
        new(ExitCodes.Failed, "hub_refused", "the running hub's answer is invalid: is it another version of this program?");

    private static VerbException NotOurs(string folder, string whose) =>
        new(ExitCodes.Failed, "not_permitted", $"the hub that runs on '{folder}' belongs to another user ({whose}): use --data with a folder of your own");
}
