namespace Hub.Tests.Portable;

/// <summary>A control connection in memory: every reply waits for its command.</summary>
public sealed class FtpScript
{
    private readonly ScriptedHal _hal;
    private int _expected;

    /// <summary>Prepares the next connection, with its greeting.</summary>
    public FtpScript(ScriptedHal hal)
    {
        _hal = hal;
        Control = hal.AddPeer();
        Control.Gives("220 (vsFTPd 3.0.3)\r\n");
    }

    /// <summary>The connection itself.</summary>
    public ScriptedStream Control { get; }

    /// <summary>The commands it waited for, one a line.</summary>
    public string Commands { get; private set; } = "";

    /// <summary>Waits for a command and answers.</summary>
    public FtpScript On(string command, string reply)
    {
        Commands += command + "\r\n";
        _expected += command.Length + 2;
        Control.AwaitsBytes(_expected);
        return Then(reply);
    }

    /// <summary>Says more.</summary>
    public FtpScript Then(string reply)
    {
        if (reply.Length > 0)
        {
            Control.Gives(reply + "\r\n");
        }

        return this;
    }

    /// <summary>A login.</summary>
    public FtpScript Login() => On("USER bblp", "331 Password?").On("PASS FAKECODE", "230-Hello\r\n230 Login successful.");

    /// <summary>A login and everything up to PASV, which quotes an address of somebody else; a data connection is prepared.</summary>
    public FtpScript Passive(string protection, out ScriptedStream data)
    {
        Login().On("PBSZ 0", "200 ok").On("PROT " + protection, "200 ok").On("TYPE I", "200 ok").On("PASV", "227 Entering Passive Mode (10,9,8,7,195,80).");
        data = _hal.AddPeer();
        return this;
    }

    /// <summary>A farewell.</summary>
    public FtpScript Quit() => On("QUIT", "221 Goodbye.");
}
