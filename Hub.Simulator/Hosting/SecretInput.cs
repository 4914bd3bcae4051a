using System;
using System.Text;

namespace Hub.Simulator.Hosting;

/// <summary>Reads secrets that are not on the command line, where other users and the shell's history could see them.</summary>
internal static class SecretInput
{
    private const string FromStdin = "-";

    /// <summary>The value itself, or one line of stdin for "-". Errors: wrong usage.</summary>
    public static string Resolve(string value, string option, VerbConsole console)
    {
        if (value != FromStdin)
        {
            return value;
        }

        string? line = console.AskSecret != null ? console.AskSecret($"{option[2..]} (not shown): ") : console.In.ReadLine();
        return string.IsNullOrEmpty(line) ? throw VerbException.Usage($"{option} -: stdin holds no line with the value") : line.TrimEnd('\r');
    }

    /// <summary>Asks on this process's terminal, without an echo.</summary>
    public static string ReadUnseen(string question)
    {
        Console.Error.Write(question);
        StringBuilder typed = new();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.Error.WriteLine();
                return typed.ToString();
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }
    }
}
