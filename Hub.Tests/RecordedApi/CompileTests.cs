using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using Hub.RecordedApi;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Mono.Cecil;

namespace Hub.Tests.RecordedApi;

/// <summary>The C# compiler accepts the reference assemblies, and refuses with them what the real ones do not have.</summary>
[TestClass]
public sealed class CompileTests
{
    private const string Program = """
        using System;
        using System.Device.Gpio;
        using System.Device.Wifi;
        using System.IO;
        using System.Net;
        using System.Net.Sockets;
        using nanoFramework.M2Mqtt;
        using nanoFramework.Networking;

        public sealed class Button : Stream
        {
            private const PinMode Mode = PinMode.InputPullUp;

            public override bool CanRead => true;
            public override bool CanSeek => false;
            public override bool CanWrite => false;
            public override long Length => 0;
            public override long Position { get; set; }

            public static void Main()
            {
                using GpioController controller = new();
                GpioPin pin = controller.OpenPin(0, Mode);
                pin.ValueChanged += OnChanged;
                EndPoint peer = new IPEndPoint(IPAddress.Any, 5353);
                using Socket socket = new(IPAddress.Any.GetAddressFamily(), SocketType.Dgram, ProtocolType.Udp);
                int length = socket.ReceiveFrom(new byte[8], SocketFlags.None, ref peer);
                switch (pin.Read() == PinValue.High ? PinValue.Low : PinValue.High)
                {
                    default:
                        Console.WriteLine(length.ToString() + WifiNetworkHelper.ConnectDhcp("name", "password", requiresDateTime: true));
                        break;
                }
            }

            public override void Flush()
            {
            }

            public override int Read(byte[] buffer, int offset, int count) => 0;
            public override int Read(SpanByte buffer) => 0;
            public override long Seek(long offset, SeekOrigin origin) => 0;
            public override void SetLength(long value)
            {
            }

            public override void Write(byte[] buffer, int offset, int count)
            {
            }

            private static void OnChanged(object sender, PinValueChangedEventArgs e) => Console.WriteLine(e.PinNumber.ToString());
        }
        """;

    [TestMethod]
    public void Compile_ProgramOfTheBoard_Succeeds()
    {
        (int code, string output) = Compile(Program);

        Assert.AreEqual(0, code, output);
    }

    [TestMethod]
    public void Compile_WhatTheBoardLacks_Fails()
    {
        string source = Program
            .Replace("e.PinNumber.ToString()", "e.Nothing", StringComparison.Ordinal)
            .Replace("pin.Read()", "pin.Read(1)", StringComparison.Ordinal)
            .Replace("requiresDateTime:", "nothing:", StringComparison.Ordinal);

        (int code, string output) = Compile(source);

        Assert.AreNotEqual(0, code);
        StringAssert.Contains(output, "CS1061");
        StringAssert.Contains(output, "CS1501");
        StringAssert.Contains(output, "CS1739");
    }

    private static (int Code, string Output) Compile(string source)
    {
        string folder = Directory.CreateTempSubdirectory("board-compile").FullName;
        try
        {
            using AssemblyDefinition core = BoardAssemblies.ReadCoreLibrary();
            foreach (AssemblyDefinition made in ReferenceMaker.Make(BoardAssemblies.Lists(), core))
            {
                made.Write(Path.Combine(folder, made.Name.Name + ".dll"));
            }

            File.WriteAllText(Path.Combine(folder, "program.cs"), source);
            return RunCompiler(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Code, string Output) RunCompiler(string folder)
    {
        // The SDK's own compiler: the build passes its path.
        string compiler = typeof(CompileTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Compiler").Value!;
        ProcessStartInfo start = new("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true };
        string[] options = ["exec", compiler, "-nologo", "-noconfig", "-nostdlib", "-langversion:14", "-warnaserror", "-out:program.exe", "program.cs"];
        string[] references = [BoardAssemblies.CoreLibraryFile, .. Directory.GetFiles(folder, "*.dll")];
        foreach (string argument in options.Concat(references.Select(r => "-r:" + r)))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
