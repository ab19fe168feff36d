-- Which languages an organisation speaks is said only where it is known to us; an admin adds the rest after asking.
update support_contact set languages = '{}' where name <> 'Zentrum ÜBERLEBEN';
