"""Child processes: started, read, ended with everything that they started, and never outliving Findling."""
