using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Hub.Flash;

/// <summary>The tool that flashes: nanoFirmwareFlasher.</summary>
internal interface INanoff
{
    /// <summary>Runs it to its end; what it writes is shown at once.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="output">What it wrote.</param>
    /// <returns>Its exit code; 0 is success.</returns>
    /// <exception cref="FlashException">It is not installed.</exception>
    int Run(string[] arguments, out string output);
}

/// <summary>nanoff as a process.</summary>
internal sealed class NanoffProcess : INanoff
{
    private readonly string _file;

    /// <summary>Creates it.</summary>
    /// <param name="file">The program: a path, or a name that is searched for.</param>
    public NanoffProcess(string file = "nanoff")
    {
        _file = file;
    }

    /// <inheritdoc />
    public int Run(string[] arguments, out string output)
    {
        StringBuilder written = new();
        using Process process = new() { StartInfo = new ProcessStartInfo(_file, arguments) { RedirectStandardOutput = true } };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data != null)
            {
                written.AppendLine(line.Data);
                Console.Out.WriteLine(line.Data);
            }
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            throw new FlashException(FlashException.Failed, "nanoff is not installed: dotnet tool install -g nanoff");
        }

        process.BeginOutputReadLine();
        process.WaitForExit();
        output = written.ToString();
        return process.ExitCode;
    }
}
