using System;
using Hub.Core.Hal;
using Hub.Hal.Esp32S3;

namespace Hub.Tests.Firmware.Flash;

/// <summary>
/// Checks what earlier runs stored and goes on storing, until its power is cut: <c>found N</c>, then <c>wrote N+1</c> and so on. Value N has its
/// number and a length of its own, and goes to one of four keys.
/// </summary>
internal static class WriteProgram
{
    private const string Namespace = "cuts";
    private const int Keys = 4;
    private const int Writes = 400;
    private const int NumberSize = 4;
    private const int LongestValue = 1500;
    private const int LengthStep = 397;

    public static void Main()
    {
        INvs nvs = new Esp32Hal(new Esp32Pins()).Nvs;
        int[] numbers = new int[Keys];
        int newest = 0;
        for (int key = 0; key < Keys; key++)
        {
            numbers[key] = NumberOf(nvs.Read(Namespace, Name(key)));
            newest = numbers[key] > newest ? numbers[key] : newest;
        }

        for (int key = 0; key < Keys; key++)
        {
            int expected = newest - ((newest + Keys - key) % Keys);
            if (numbers[key] != (expected > 0 ? expected : 0))
            {
                Console.WriteLine("lost: key " + key.ToString() + " has " + numbers[key].ToString() + " and not " + expected.ToString());
                return;
            }
        }

        Console.WriteLine("found " + newest.ToString());
        for (int number = newest + 1; number <= newest + Writes; number++)
        {
            nvs.Write(Namespace, Name(number % Keys), Value(number));
            Console.WriteLine("wrote " + number.ToString());
        }
    }

    private static string Name(int key) => "key" + key.ToString();

    private static byte[] Value(int number)
    {
        byte[] value = new byte[NumberSize + (number * LengthStep % LongestValue)];
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = (byte)(i < NumberSize ? number >> (8 * i) : number + i);
        }

        return value;
    }

    /// <summary>The number of a stored value; 0 for none, -1 for one that was never stored.</summary>
    private static int NumberOf(byte[]? value)
    {
        if (value == null)
        {
            return 0;
        }

        int number = value.Length < NumberSize ? -1 : value[0] | (value[1] << 8) | (value[2] << 16) | (value[3] << 24);
        byte[] whole = Value(number);
        bool isWhole = value.Length == whole.Length;
        for (int i = 0; isWhole && i < whole.Length; i++)
        {
            isWhole = value[i] == whole[i];
        }

        return isWhole ? number : -1;
    }
}
