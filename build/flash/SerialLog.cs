using System;
using System.IO;
using System.IO.Ports;
using System.Text;

namespace Hub.Flash;

/// <summary>The board's log on the serial port.</summary>
internal static class SerialLog
{
    // nanoCLR sets its UART to this (nf-interpreter: WireProtocol_Uart_Pins.h); what ROM and bootloader say before, at 115200, is not readable.
    private const int Baud = 921600;

    /// <summary>Shows the log until Ctrl+C or until the port is gone.</summary>
    /// <returns>Exit code.</returns>
    public static int Follow(string name, TextWriter output, TextWriter error)
    {
        try
        {
            // DTR and RTS stay off: on most boards they are BOOT and RESET.
            using SerialPort port = new(name, Baud) { DtrEnable = false, RtsEnable = false };
            port.Open();
            Copy(port.BaseStream, output);
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine(name + " cannot be read: " + failure.Message + " Is it the right port, plugged in, and no other program using it? On Linux your user must be in the group dialout.");
            return FlashException.Failed;
        }
    }

    /// <summary>Copies text; bytes that are not printable become dots, so that a wrong speed cannot confuse the terminal.</summary>
    internal static void Copy(Stream stream, TextWriter output)
    {
        byte[] bytes = new byte[256];
        StringBuilder text = new();
        for (int count = stream.Read(bytes, 0, bytes.Length); count > 0; count = stream.Read(bytes, 0, bytes.Length))
        {
            text.Clear();
            for (int at = 0; at < count; at++)
            {
                byte value = bytes[at];
                text.Append(value is (>= 32 and < 127) or (byte)'\n' or (byte)'\r' or (byte)'\t' ? (char)value : '.');
            }

            output.Write(text);
            output.Flush();
        }
    }
}
