using System;

namespace Hub.Flash;

/// <summary>The command line.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args.Length == 2 && args[0] == "log")
        {
            return SerialLog.Follow(args[1], Console.Out, Console.Error);
        }

        string profile = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new FlashCommand(new NanoffProcess(), Console.Out, Console.Error, profile).Run(args);
    }
}
